"""Who made a network card: a small table of the first three bytes of hardware addresses.

Assignments are public in the registry of the IEEE (standards-oui.ieee.org). Each entry was
compared with it, in the copy that Wireshark 4.0.17 brings; a test repeats that. The last
entries are local addresses, which nobody is assigned: QEMU's and Docker's own defaults.
The table was written for phones, computers and things that people carry; it is far from
whole, and an address that it does not hold only remains without a maker. The maker of a
network card need not be that of the device.
"""

from __future__ import annotations

from typing import Final

_PREFIXES: Final[dict[str, str]] = {
    "Amazon": (
        "0c47c9 0cee99 18742e 34d270 40b4cd 44650d 4cefc0 50dce7 50f5da 6837e9 6854fd 68dbf5 "
        "6c5697 747548 74c246 74d637 78e103 7c6166 84d6d0 8871e5 a002dc a0d0dc ac63be b47c9c "
        "f0272d f08173 f0d2f1 f0f0a4 fc65de fca183 fca667"
    ),
    "Apple": (
        "000393 000a27 000a95 000d93 001124 001451 0016cb 0017f2 0019e3 001b63 001cb3 001d4f "
        "001e52 001ec2 001f5b 001ff3 0021e9 002241 002312 002332 00236c 0023df 002436 002500 "
        "00254b 0025bc 002608 00264a 0026b0 0026bb 003065 0050e4 040cce 0c3021 0c74c2 1040f3 "
        "109add 14109f 18af61 1c1ac0 20c9d0 24a2e1 28cfe9 28e02c 3035ad 34159e 34363b 38c986 "
        "3c0754 3c15c2 3c22fb 40a6d9 40d32d 44d884 48437c 4c8d79 5855ca 5c5948 600308 60f81d "
        "64200c 68967b 6c4008 70cd60 7831c1 78ca39 7cd1c3 80be05 843835 8863df 88665a 8c8590 "
        "90840d a4b197 a4d1d2 a8667f ac3c0b ac87a3 acbc32 b065bd b8098a b8e856 bc3baf bc5436 "
        "c82a14 c869cd cc08e0 d0034b d0e140 d89695 dc2b61 e0accb e0f847 e4ce8f f01898 f0989d "
        "f0b479 f0dbf8 f4f15a f81edf fcfc48"
    ),
    "ASUS": (
        "000c6e 000ea6 00112f 0011d8 0013d4 0015f2 001731 0018f3 001a92 001bfc 001d60 001e8c "
        "001fc6 002215 002354 00248c 002618 049226 08606e 086266 0c9d92 107b44 10bf48 10c37b "
        "14dae9 14dda9 1831bf 1c872c 1cb72c 20cf30 2c4d54 2c56dc 2cfda1 305a3a 3085a9 3497f6 "
        "382c4a 38d547 40167e 40b076 485b39 50465d 5404a6 54a050 6045cb 60a44c 704d7b 708bcd "
        "74d02b 7824af 88d7f6 90e6ba 9c5c8e ac220b ac9e17 b06ebf bcaec5 bcee7b c86000 d017c2 "
        "d45d64 d850e6 e03f49 e0cb4e f07959 f46d04 f832e4"
    ),
    "Dell": (
        "00065b 000874 000bdb 000d56 000f1f 001143 00123f 001372 001422 0015c5 00188b 0019b9 "
        "001aa0 001c23 001d09 001e4f 001ec9 002170 00219b 002219 0023ae 0024e8 002564 0026b9 "
        "00c04f 14b31f 14feb5 18a99b 18dbf2 18fb7b 1c4024 204747 246e96 24b6fd 28f10e 3417eb "
        "44a842 484d7e 4c7625 509a4c 549f35 5c260a 5cf9dd 64006a 74867a 782bcb 7845c4 842b2b "
        "847beb 848f69 8cec4b 90b11c 989096 a41f72 a44cc8 b083fe b82a72 b8ac6f b8ca3a bc305b "
        "c81f66 d067e5 d481d7 d4ae52 d4bed9 d89ef3 e0db55 e4f004 ecf4bb f01faf f04da2 f48e38 "
        "f8b156 f8bc12 f8cab8 f8db88"
    ),
    "Espressif": (
        "18fe34 240ac4 2462ab 24b2de 2c3ae8 30aea4 3c71bf 4c11ae 5ccf7f 600194 68c63a 807d3a "
        "840d8e 84f3eb 8caab5 a020a6 a4cf12 ac67b2 b4e62d bcddc2 c44f33 cc50e3 d8a01d d8bfc0 "
        "dc4f22 ecfabc"
    ),
    "Google": (
        "001a11 1cf29a 20dfb9 30fd38 3c5ab4 44070b 48d6d5 546009 703acb 7c2ebd 88541f 900cc8 "
        "94eb2c a47733 d4f547 d86c63 e4f042 f40304 f4f5d8 f4f5e8 f80ff9 f88fca"
    ),
    "HP": (
        "0001e6 0002a5 0004ea 000802 000883 000a57 000bcd 000d9d 000e7f 000eb3 000f20 000f61 "
        "00110a 001185 001279 001321 001438 0014c2 001560 001635 001708 0017a4 001871 0018fe "
        "0019bb 001a4b 001b78 001cc4 001e0b 001f29 00215a 002264 002481 0025b3 002655 00306e "
        "0060b0 009c02 080009 101f74 10604b 1458d0 18a905 1cc1de 28924a 2c27d7 2c44fd 2c59e5 "
        "308d99 30e171 3464a9 38eaa7 3ca82a 3cd92b 40a8f0 40b034 480fcf 5065f3 5820b1 645106 "
        "6c3be5 6cc217 705a0f 7446a0 784859 78acc0 78e3b5 80c16e 843497 8851fb 8cdcd4 9457a5 "
        "9cb654 a01d48 a02bb8 a0481c a0b3cc a0d3c1 a45d36 ac162d b05ada b499ba b4b52f b8af67 "
        "bceafa c4346b c8cbb8 c8d3ff cc3e5f d07e28 d0bf9c d48564 d4c9ef d89d67 d8d385 dc4a3e "
        "e4115b e83935 ec8eb5 ec9a74 ecb1d7 f0921c f43909 f4ce46 fc15b4 fc3fdb"
    ),
    "Huawei": (
        "001882 001e10 00259e 00464b 00e0fc 04021f 04c06f 04f938 0819a6 087a4c 0c37dc 0c96bf "
        "10c61f 14b968 1c1d67 20f3a3 2400ba 2469a5 283152 285fdb 286ed4 2cab00 308730 346ac2 "
        "404d8e 48435a 4846fb 4c5499 4cb16c 5439df 548998 582af7 5c7d5e 60de44 6416f0 7054f5 "
        "70723c 707be8 781dba 78f5fd 80717a 80b686 84a8e4 84dbac 88e3ab 9017ac 94772b ac853d "
        "b41513 bc7670 c40528 c8d15e cc96a0 d02db3 d440f0 d46aa8 d4b110 e0191d e0247f e468a3 "
        "e8088b e8cd2d ec233d f48e92 f84abf f8e811 fc48ef"
    ),
    "Intel": (
        "0002b3 000347 000423 0007e9 000cf1 000e0c 000e35 001111 0012f0 001302 0013ce 0013e8 "
        "001500 001517 001676 0016ea 0016eb 0018de 0019d1 0019d2 001b21 001b77 001cbf 001cc0 "
        "001de0 001de1 001e64 001e65 001e67 001f3b 001f3c 00215c 00215d 00216a 00216b 0022fa "
        "0022fb 002314 002315 0024d6 0024d7 00270e 002710 0c8bfd 100ba9 10f005 144f8a 185e0f "
        "1c1bb5 247703 28b2bd 303a64 340286 3413e8 34e6ad 34f39a 38dead 3ca9f4 4025c2 448500 "
        "4851b7 4c3488 4c79ba 4ceb42 502da2 58946b 5c514f 5cc5d4 5ce0c5 606720 60f677 648099 "
        "90e2ba 94659c 984fee a0369f a088b4 a0a8cd a0c589 a434d9 a44e31 a4c494 ac2b6e ac7ba1 "
        "acfdce b46d83 b4b676 bc7737 c48508 c8f733 cc2f71 cc3d82 d07e35 d4d252 d8fc93 dc5360 "
        "e09467 e4a471 e4b318 e8b1fc f40669 f48c50 f81654 f8633f fcf8ae"
    ),
    "Lenovo": (
        "00061b 0012fe 207693 503cc4 6099d1 60d9a0 6c5f1c 70720d a48cdb cc07e4 d87157 e02cb2 ec89f5"
    ),
    "LG": (
        "001c62 001e75 001f6b 001fe3 0021fb 002483 0025e5 0026e2 0c4885 10683f 10f96f 2021a5 "
        "2c54cf 30766f 344df7 34fcef 3ccd93 40b0fa 485929 583f54 58a2b5 5caf06 60e3ac 64899a "
        "64bc0c 6cd68a 700514 78f882 805a04 88c9d0 8c3ae3 98d6f7 a039f7 a09169 a816b2 a8922c "
        "ac0d1b b81daa bcf5ac c4438f c49a02 cc2d8c ccfa00 d013fd e85b5b e892a4 f01c13 f80cf3 "
        "f8a9d0"
    ),
    "Microsoft": (
        "00125a 00155d 0017fa 001dd8 002248 0025ae 281878 3059b7 485073 501ac5 5882a8 5cba37 "
        "6045bd 7c1e52 7ced8d b4ae2b bc8385 c0335e c83f26 d48f33 dcb4c4 ec8350"
    ),
    "Motorola": (
        "141aa3 1430c6 1c56fe 24da9b 34bb26 40786a 5c5188 60beb5 68c44d 806c1b 88797e 9068c3 "
        "90735a 9cd917 a470d6 cc61e5 ccc3ea d00401 e0757d e4907e e89120 ec8892 f0d7aa f4f1e1 "
        "f81f32 f8cfc5 f8e079 f8f1b6"
    ),
    "Nintendo": (
        "0009bf 001656 0017ab 00191d 0019fd 001ae9 001b7a 001bea 001dbc 001e35 001ea9 001f32 "
        "001fc5 002147 0021bd 00224c 0022aa 0022d7 002331 0023cc 00241e 002444 0024f3 0025a0 "
        "002659 002709 182a7b 2c10c1 34af2c 40d28a 40f407 582f40 58bda3 5c521e 606bff 64b5c6 "
        "78a2a0 7cbb8a 8c56c5 8ccde8 98415c 98b6e9 98e8fa 9ce635 a438cc a45c27 a4c0e1 b87826 "
        "b88aec b8ae6e cc9e00 ccfb65 d86bf7 dc68eb e00c7f e0e751 e84ece ecc40d"
    ),
    "Nokia": (
        "0002ee 00119f 001370 0014a7 0015a0 0016bc 001979 001a16 001b33 001bee 001cd4 001d3b "
        "001de9 001e3a 001f00 0021aa"
    ),
    "OnePlus": ("64a2f9 94652d 9809cf ac5fea c0eefb"),
    "OPPO": (
        "1c48ce 1c77f6 2c5bb8 2c5d34 38295a 440444 4c189a 6c5c14 8c0ee3 94d029 9c5f5a a09347 "
        "a43d78 a81b5a b0aa36 b83765 bc3aea c09f05 c8f230 cc2d83 d4503f dc6dcd e44790 e8bba8 "
        "ec01ee"
    ),
    "Raspberry Pi": ("28cdc1 2ccf67 b827eb d83add dca632 e45f01"),
    "Samsung": (
        "0000f0 0007ab 001247 001377 001599 0016db 001a8a 001d25 001ee1 002119 00214c 0023d6 "
        "0024e9 002566 002637 0808c2 08d42b 08eca9 0c1420 0c715d 1077b1 10d542 1449e0 14f42a "
        "1867b0 1c5a3e 1c62b8 2013e0 205531 24f5aa 2c4401 30cda7 34145f 380a94 38aa3c 3c5a37 "
        "3c8bfe 40163b 5001bb 50a4c8 549b12 5c0a5b 5c3c27 606bbd 64b310 6c8336 70f927 781fdb "
        "7825ad 78521a 78d6f0 84a466 88329b 8c71f8 8c7712 90187c 94350a 980c82 9c0298 9ce6e7 "
        "a00bba a0821f a80600 ac3613 ac5f3e b0ec71 bc20a4 bc8ccd bcd11f c44202 c819f7 cc07ab "
        "d0176a d022be d0667b d487d8 d857ef dc7144 e4121d e458b8 e47cf9 e4e0c5 e8508b ec1f72 "
        "ec9bf3 f008f1 f05a09 f47b5e f8042e fc1910 fca13e"
    ),
    "Sony": (
        "00041f 0013a9 0015c1 0019c5 001a80 001d0d 001dba 001fa7 00248d 0024be 00d9d1 280dfc "
        "2ccc44 303926 30a8db 30f9ed 3c0771 4040a7 544249 5453ed 68764f 6c0e0d 709e29 78843c "
        "78c881 8400d2 90c115 94ce2c a8e3ee b4527d b4527e bc60a7 bc6e64 d05162 d4389c f0bf97 "
        "f8461c f8d0ac fc0fe6 fcf152"
    ),
    "VirtualBox": ("080027"),
    "vivo": (
        "10f681 18e29f 1cda27 20f77c 28faa0 3ca348 3ca581 488764 541149 6091f3 70b7aa 70d923 "
        "886ab1 9ca5c0 a490ce bc2f3d c46699 d09cae dc1ac5 e0ddc0 f01b6c f42981 fc1a11 fcbe7b"
    ),
    "VMware": ("000569 000c29 001c14 005056"),
    "Xiaomi": (
        "009ec8 0c1daf 102ab3 14f65a 185936 2082c0 286c07 28e31f 3480b3 34ce00 38a4ed 584498 "
        "640980 64b473 64cc2e 68dfdd 742344 7451ba 7811dc 7c1dd9 8cbebe 98fae3 9c99a0 a086c6 "
        "a45046 acc1ee acf7f3 b0e235 c40bcb c46ab7 d4970b d86375 f0b429 f48b32 f8a45f fc64ba"
    ),
    "Docker": "0242ac",
    "QEMU": "525400",
}

_VENDORS: Final = {
    bytes.fromhex(prefix): vendor
    for vendor, prefixes in _PREFIXES.items()
    for prefix in prefixes.split()
}


def vendor(hardware: bytes) -> str:
    """Who made what has this hardware address (6 bytes); empty where the table does not say."""
    return _VENDORS.get(hardware[:3], "")


def is_random(hardware: bytes) -> bool:
    """Whether the address was made up: locally administered, and not by a known program."""
    return bool(hardware[0] & 2) and not vendor(hardware)


def shown(hardware: bytes) -> str:
    """The maker's part of an address; the rest, which is the device's own, is masked."""
    return hardware[:3].hex(":") + ":…"
