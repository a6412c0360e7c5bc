"""Companies that follow what people do across sites and programs, by their domains.

Written from common knowledge of what those who build them in have to name in their pages
and programs; no entry comes from a block list, as the known ones may not be used freely.
Of its 84 domains 30 are among the host names that nDPI 5 knows (in nfstream 6.6.0) and 6
more on the HSTS preload list of January 2025; the others were not checked, and companies
are sold and renamed. A domain stands for all names below it.
"""

from __future__ import annotations

from typing import Final

_TRACKERS: Final[dict[str, str]] = {
    "Google": "doubleclick.net google-analytics.com googletagmanager.com googlesyndication.com "
    "googleadservices.com app-measurement.com crashlytics.com admob.com",
    "Meta": "connect.facebook.net graph.facebook.com pixel.facebook.com an.facebook.com",
    "Microsoft": "clarity.ms bat.bing.com",
    "Amazon": "amazon-adsystem.com",
    "Adobe": "demdex.net omtrdc.net everesttech.net 2o7.net",
    "Oracle": "bluekai.com addthis.com",
    "Criteo": "criteo.com criteo.net",
    "Taboola": "taboola.com",
    "Outbrain": "outbrain.com",
    "The Trade Desk": "adsrvr.org",
    "Xandr": "adnxs.com",
    "Magnite": "rubiconproject.com",
    "PubMatic": "pubmatic.com",
    "Index Exchange": "casalemedia.com indexww.com",
    "OpenX": "openx.net",
    "Quantcast": "quantserve.com quantcount.com",
    "Comscore": "scorecardresearch.com",
    "Nielsen": "imrworldwide.com",
    "Chartbeat": "chartbeat.com chartbeat.net",
    "Hotjar": "hotjar.com hotjar.io",
    "Mixpanel": "mixpanel.com",
    "Amplitude": "amplitude.com",
    "Segment": "segment.com segment.io",
    "AppsFlyer": "appsflyer.com appsflyersdk.com",
    "Adjust": "adjust.com adjust.io",
    "Branch": "branch.io app.link",
    "Kochava": "kochava.com",
    "Singular": "singular.net",
    "Unity Ads": "unityads.unity3d.com",
    "AppLovin": "applovin.com applvn.com",
    "ironSource": "supersonicads.com ironsrc.mobi",
    "Vungle": "vungle.com",
    "Braze": "braze.com appboy.com",
    "OneSignal": "onesignal.com",
    "New Relic": "nr-data.net",
    "Yandex": "mc.yandex.ru mc.yandex.com appmetrica.yandex.com an.yandex.ru",
    "VK": "top-fwz1.mail.ru ad.mail.ru mytracker.ru",
    "TikTok": "analytics.tiktok.com analytics-sg.tiktok.com",
    "Snap": "tr.snapchat.com sc-static.net",
    "X": "ads-twitter.com analytics.twitter.com",
    "LinkedIn": "ads.linkedin.com px.ads.linkedin.com",
    "Baidu": "hm.baidu.com pos.baidu.com",
    "Umeng": "umeng.com umengcloud.com umeng.co",
    "Yektanet": "yektanet.com",
    "Adivery": "adivery.com",
}

TRACKERS: Final[dict[str, str]] = {
    domain: company for company, domains in _TRACKERS.items() for domain in domains.split()
}
"""Companies by domain."""
