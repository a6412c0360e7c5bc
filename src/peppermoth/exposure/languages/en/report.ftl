# The report around its findings.

title = What the line could learn
title-helpline = What the line could learn: copy for a helpline

seconds = { $count ->
        [one] one second
       *[other] { $count } seconds
    }
minutes = { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
hours = { $count ->
        [one] one hour
       *[other] { $count } hours
    }
days = { $count ->
        [one] one day
       *[other] { $count } days
    }

# The opening: three plain sentences.
opening-learned = In { $duration }, anyone running the line could learn:
opening-more = and { $count ->
        [one] one more thing
       *[other] { $count } more things
    }
opening-grave = { $count ->
        [0] None of it is content, a secret or an identity.
        [one] One of these is grave; begin with it.
       *[other] { $count } of these are grave; begin with them.
    }
opening-hidden = { $count ->
        [0] Nothing that the rules know was well hidden.
        [one] One thing was well hidden.
       *[other] { $count } things were well hidden.
    }
opening-partial = The recording is not whole: anyone running the line may have learned more than this report tells.
opening-nothing = In { $duration }, the rules found nothing that anyone running the line could learn. That does not mean that you are safe.
with-examples = { $what }: { $examples }

skip = To the findings
section-counts = How much, and how grave
section-findings = What was found
section-timeline = When
section-people = Contacts and places
section-limits = What this report cannot tell
section-appendix = For people who check
section-how = How to do it

critical = Critical
    .means = Content or a secret could be read.
high = High
    .means = A person, a contact, a place or a name that lasts could be read.
medium = Medium
    .means = Sites and services could be named.
low = Low
    .means = The device or habits could be described.
conspicuous = Conspicuous
    .means = It shows that you get around monitoring or blocking.
protected = Protected
    .means = This was well hidden.

seen = seen
    .means = It stands in the recording.
likely = likely
    .means = It follows from what stands there; another reason is possible.
possible = possible
    .means = A guess from shape or rhythm; check it before you rely on it.
certainty = How sure: { $certainty }.

card-seen = What they see
card-why = Why it matters
card-now = Do now
card-later = Do later
card-stays = What stays visible after that
card-ask = Whom to ask
card-evidence = How to check
card-sure = { $severity }. { $certainty } { $means }
how = How, on your system
how-on = { $system }: { $way }

seen-names = { $count ->
        [one] They see one name:
       *[other] They see { $count } names:
    }
seen-masked = All of it could be read. This report keeps only what kind of thing it was, and how long:
seen-people = They see these persons, whom this report only numbers:
seen-places = They see these places, which this report only numbers:
seen-times = They see when the device was active and when it was still.
seen-words = They see:
count = { $count }
seen-more = and { $count ->
        [one] one more
       *[other] { $count } more
    }
masked = { $what ->
        [password] password
        [token] key
        [key] key
        [community] community
        [response] reply to a challenge
        [message] message
        [subject] subject
        [search] search
        [number] number
        [mail] mail
        [log-line] line of a log
        [query] query
        [sealed-part] encrypted part
       *[other] { $text }
    }, { $count ->
        [one] one character
       *[other] { $count } characters
    }

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }, { $next }
detail = { $key ->
        [protocol] protocol: { $text }
        [user] user: { $text }
        [host] site: { $text }
        [where] found in: { $text }
        [from] known from: { $text }
        [database] database: { $text }
        [realm] domain: { $text }
        [program] program: { $text }
        [server] server: { $text }
        [resolver] name server: { $text }
        [vendor] maker: { $text }
        [port] port: { $text }
        [transport] transport: { $text }
        [sent] bytes sent: { $text }
        [received] bytes received: { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS or macOS
        [linux-or-android] Linux or Android
        [android-or-chromeos] Android or ChromeOS
        [a-computer-that-starts-from-the-network] a computer that starts from the network
        [no-subject] no subject
        [a-messenger-s-call] a call in a messenger
        [how-it-opens-connections] how it opens connections
        [how-it-begins-encrypted-connections] how it begins encrypted connections
        [how-it-asks-for-an-address] how it asks the network for an address
        [hardware-address] hardware address
        [user-agent] what the program says of itself
        [mail] a mail
        [login] sign-in
        [fetched] fetched
        [sent] sent
        [named] named
        [share] shared folder
        [file] file
        [audio] sound
        [video] video
        [publishes] sends there
        [follows] follows it
        [health] health
        [religion] religion
        [politics] politics
        [news] news
        [dating] dating
        [lgbt] LGBT life
        [rights] human rights
        [sexuality] sexuality
       *[other] { $text }
    }
about-rest = The others of this kind, taken together

seen-withheld = { $count ->
        [one] One value is withheld from this copy.
       *[other] { $count } values are withheld from this copy.
    }
person = Person { $number }
place = Place { $number }
reveal = Open a line to see what this report knows. It is never printed.

evidence-times = From { $first } to { $last }.
evidence-packets = { $count ->
        [one] Seen once. Packets: { $packets }.
       *[other] Seen { $count } times. First packets: { $packets }.
    }
evidence-fields = Fields: { $fields }.
evidence-filter = Filter for Wireshark:
evidence-rule = Rule { $rule }, version { $version }.
error-unmeasured = How often this rule errs is not measured.
error-known = Checked on { $of } recordings that were made for this, whose content is known: wrong in { $wrong } (at most { $most }).
error-witness = Set beside another program that read the same packets, in { $of } recordings: not confirmed in { $wrong } (at most { $most }).
error-controls = Tried on { $of } connections without it: false alarms { $wrong } (at most { $most }).

timeline-text = Marks show when each kind of finding was seen, from { $first } to { $last }.
timeline-active = In use
timeline-time = Time (UTC)

limits-one = This recording only: another day, network or app may show other things.
limits-nothing = Finding nothing does not mean that you are safe. The rules know only what they were made for.
limits-dangerous = This report is as dangerous as the recording. Keep it where only you can read it, and delete it when you no longer need it.
limits-tool = Using this program, and having its files, can be noticed on the device. It does not hide them.
limits-cut = { $count ->
        [one] One packet was recorded only in part; the line carried it whole.
       *[other] { $count } packets were recorded only in part; the line carried them whole.
    }
limits-torn = { $count ->
        [one] In one connection of the device, bytes are missing from the recording; the line carried them.
       *[other] In { $count } connections of the device, bytes are missing from the recording; the line carried them.
    }
limits-problem = A part of what the line carried was not recorded, or could not be read.
limits-again = Record again so that nothing is missing; in tcpdump, { $option } keeps packets whole.

appendix-span = The recording runs from { $first } to { $last }.
appendix-packets = { $count ->
        [one] It holds one packet.
       *[other] It holds { $count } packets.
    }
appendix-observations = { $count ->
        [one] The rules worked on one observation.
       *[other] The rules worked on { $count } observations.
    }
appendix-device = The device is { $device }; traffic of others was left out.
appendix-digest = SHA-256 of the recording: { $digest }
appendix-problem = Not everything could be read: { $problem }
problem-cut-off = The capture is cut off in packet { $packet }, byte { $byte }. What stands before that was read.
problem-absurd-length = The capture is damaged at packet { $packet }, byte { $byte }: a length is absurd. What stands before that was read.
problem-no-byte-order = The capture is damaged at packet { $packet }, byte { $byte }: a section has no byte order. What stands before that was read.
problem-no-interface = The capture is damaged at packet { $packet }, byte { $byte }: a packet is of no interface. What stands before that was read.
problem-packed-cut-off = The compressed file ends too early.
problem-packed-damaged = The compressed file is damaged near byte { $byte }.
problem-packed-bomb = The compressed file unpacks to more than { $times } times its size; reading stopped there.
problem-too-slow = The machine was too slow to record some packets: { $packets }.
problem-unknown-link = Packets of a kind of link that is not known (link type { $link }) were left out: { $packets }.
appendix-stack = How the device opens connections (TCP): { $text }
appendix-ja4 = How a program begins encrypted connections (JA4): { $text }
appendix-dhcp = What the device asks of the network (DHCP): { $text }
appendix-program = Written by { $program }.

compare-title = What changed since the earlier report
compare-spans = The earlier recording covers { $before }, this one { $now }.
compare-shorter = This recording is much shorter, so fewer findings may only mean that less happened.
compare-partial = This recording is not whole, so what is no longer found may only be missing from it.
compare-devices = The two recordings have no address of the device in common; if these are two devices, the changes mean little.
compare-gone = No longer found
compare-fewer = Less than before
compare-new = Newly found
compare-more = More than before
compare-same = As before
compare-hidden = Newly hidden
compare-open = No longer found among what was hidden
compare-less-hidden = Less than before among what was hidden
compare-more-hidden = More than before among what was hidden
compare-same-hidden = Hidden as before
compare-nothing = Nothing got better or worse.
compare-line = { $what } ({ $before } → { $now })

helpline-note = This copy leaves out names, addresses, times of day and every captured word. Numbers of persons and places differ in every copy.
written = Wrote { $file }. It tells whoever reads it what this report tells you.
written-helpline = Wrote { $file }. Read it before you give it away.
terminal-direction = This terminal may show this language in the wrong order; a page made with --html shows it well.
