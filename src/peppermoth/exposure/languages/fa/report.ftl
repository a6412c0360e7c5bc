# The report around its findings.

title = آنچه خط می‌توانست دریابد
title-helpline = آنچه خط می‌توانست دریابد: نسخه برای یک خط کمک‌رسانی

seconds = { $count ->
        [one] یک ثانیه
       *[other] { $count } ثانیه
    }
minutes = { $count ->
        [one] یک دقیقه
       *[other] { $count } دقیقه
    }
hours = { $count ->
        [one] یک ساعت
       *[other] { $count } ساعت
    }
days = { $count ->
        [one] یک روز
       *[other] { $count } روز
    }

opening-learned = در { $duration }، هر کس که خط را در اختیار دارد می‌توانست این‌ها را دریابد:
opening-more = و { $count ->
        [one] یک چیز دیگر
       *[other] { $count } چیز دیگر
    }
opening-grave = { $count ->
        [0] هیچ‌یک از آن‌ها محتوا، راز یا هویت نیست.
        [1] یکی از این‌ها جدی است؛ از همان آغاز کنید.
       *[other] { $count } مورد از این‌ها جدی است؛ از همان‌ها آغاز کنید.
    }
opening-hidden = { $count ->
        [0] از چیزهایی که قاعده‌ها می‌شناسند، هیچ‌کدام خوب پنهان نبود.
        [1] یک چیز خوب پنهان بود.
       *[other] { $count } چیز خوب پنهان بود.
    }
opening-partial = ضبط کامل نیست: هر کس که خط را در اختیار دارد شاید بیش از آنچه این گزارش می‌گوید دریافته باشد.
opening-nothing = در { $duration }، قاعده‌ها چیزی نیافتند که گردانندهٔ خط بتواند دریابد. این بدان معنا نیست که شما در امان هستید.
with-examples = { $what }: { $examples }

skip = رفتن به یافته‌ها
section-counts = چه اندازه، و تا چه حد جدی
section-findings = آنچه یافت شد
section-timeline = چه زمانی
section-people = مخاطبان و مکان‌ها
section-limits = آنچه این گزارش نمی‌تواند بگوید
section-appendix = برای کسانی که می‌خواهند بررسی کنند
section-how = چگونه انجام دهید

critical = بحرانی
    .means = محتوا یا رازی خواندنی بود.
high = بالا
    .means = شخص، مخاطب، مکان یا نشانهٔ ماندگاری خواندنی بود.
medium = متوسط
    .means = نام سایت‌ها و سرویس‌ها دیده می‌شد.
low = پایین
    .means = دستگاه یا عادت‌ها شناختنی بود.
conspicuous = به‌چشم‌آمدنی
    .means = دیده می‌شود که شما از نظارت یا فیلترینگ می‌گذرید.
protected = محافظت‌شده
    .means = این خوب پنهان بود.

seen = دیده‌شده
    .means = در ضبط وجود دارد.
likely = محتمل
    .means = از آنچه در ضبط هست برمی‌آید؛ دلیل دیگری هم ممکن است.
possible = ممکن
    .means = حدسی از روی شکل یا آهنگ ترافیک؛ پیش از تکیه بر آن، بررسی‌اش کنید.
certainty = میزان اطمینان: { $certainty }.

card-seen = آن‌ها چه می‌بینند
card-why = چرا اهمیت دارد
card-now = همین حالا انجام دهید
card-later = بعداً انجام دهید
card-stays = پس از آن چه چیزی همچنان دیده می‌شود
card-ask = از چه کسی بپرسید
card-evidence = چگونه بررسی کنید
card-sure = { $severity }. { $certainty } { $means }
how = روش انجام در سیستم شما
how-on = { $system }: { $way }

seen-names = { $count ->
        [one] آن‌ها یک نام می‌بینند:
       *[other] آن‌ها { $count } نام می‌بینند:
    }
seen-masked = همهٔ آن خواندنی بود. این گزارش فقط نوع و درازای آن را نگه می‌دارد:
seen-people = آن‌ها این اشخاص را می‌بینند؛ این گزارش فقط به آن‌ها شماره می‌دهد:
seen-places = آن‌ها این مکان‌ها را می‌بینند؛ این گزارش فقط به آن‌ها شماره می‌دهد:
seen-times = آن‌ها می‌بینند دستگاه چه زمانی فعال و چه زمانی بی‌کار بود.
seen-words = آن‌ها این‌ها را می‌بینند:
count = { $count }
seen-more = و { $count ->
        [one] یک مورد دیگر
       *[other] { $count } مورد دیگر
    }
masked = { $what ->
        [password] گذرواژه
        [token] کلید
        [key] کلید
        [community] رمز گروهی
        [response] پاسخ به پرسش ورود
        [message] پیام
        [subject] موضوع
        [search] جست‌وجو
        [number] شماره
        [mail] ایمیل
        [log-line] سطر گزارش
        [query] پرس‌وجو
        [sealed-part] بخش رمزگذاری‌شده
       *[other] { $text }
    }، { $count } نویسه

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }، { $next }
detail = { $key ->
        [protocol] پروتکل: { $text }
        [user] کاربر: { $text }
        [host] سایت: { $text }
        [where] یافته در: { $text }
        [from] شناخته از روی: { $text }
        [database] پایگاه داده: { $text }
        [realm] دامنه: { $text }
        [program] برنامه: { $text }
        [server] سرور: { $text }
        [resolver] سرور نام: { $text }
        [vendor] سازنده: { $text }
        [port] درگاه: { $text }
        [transport] روش انتقال: { $text }
        [sent] بایت فرستاده: { $text }
        [received] بایت دریافتی: { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS یا macOS
        [linux-or-android] Linux یا Android
        [android-or-chromeos] Android یا ChromeOS
        [a-computer-that-starts-from-the-network] رایانه‌ای که از شبکه روشن می‌شود
        [no-subject] بدون موضوع
        [a-messenger-s-call] تماسی در پیام‌رسان
        [how-it-opens-connections] شیوهٔ باز کردن اتصال‌ها
        [how-it-begins-encrypted-connections] شیوهٔ آغاز اتصال‌های رمزگذاری‌شده
        [how-it-asks-for-an-address] شیوهٔ گرفتن نشانی از شبکه
        [hardware-address] نشانی سخت‌افزاری
        [user-agent] آنچه برنامه دربارهٔ خود می‌گوید
        [mail] یک ایمیل
        [login] ورود
        [fetched] دریافت شد
        [sent] فرستاده شد
        [named] نام برده شد
        [share] پوشهٔ اشتراکی
        [file] فایل
        [audio] صدا
        [video] ویدیو
        [publishes] به آنجا می‌فرستد
        [follows] آن را دنبال می‌کند
        [health] سلامت
        [religion] دین
        [politics] سیاست
        [news] خبر
        [dating] آشنایی و دوستیابی
        [lgbt] زندگی دگرباشان
        [rights] حقوق بشر
        [sexuality] مسائل جنسی
       *[other] { $text }
    }
about-rest = بقیهٔ موارد از این نوع، یکجا

seen-withheld = { $count ->
        [one] یک مقدار در این نسخه نیامده است.
       *[other] { $count } مقدار در این نسخه نیامده است.
    }
person = شخص { $number }
place = مکان { $number }
reveal = یک سطر را باز کنید تا ببینید این گزارش چه می‌داند. این هرگز چاپ نمی‌شود.

evidence-times = از { $first } تا { $last }.
evidence-packets = { $count ->
        [one] یک بار دیده شد. بسته‌ها: { $packets }.
       *[other] { $count } بار دیده شد. نخستین بسته‌ها: { $packets }.
    }
evidence-fields = فیلدها: { $fields }.
evidence-filter = فیلتر برای Wireshark:
evidence-rule = قاعدهٔ { $rule }، نسخهٔ { $version }.
error-unmeasured = اینکه این قاعده چند بار خطا می‌کند اندازه‌گیری نشده است.
error-known = سنجیده روی { $of } ضبط که برای همین ساخته شده‌اند و محتوایشان معلوم است: نادرست در { $wrong } مورد (حداکثر { $most }).
error-witness = مقایسه‌شده با برنامهٔ دیگری که همان بسته‌ها را خواند، در { $of } ضبط: تأییدنشده در { $wrong } مورد (حداکثر { $most }).
error-controls = آزموده روی { $of } اتصال بدون آن: هشدار نادرست { $wrong } (حداکثر { $most }).

timeline-text = نشانه‌ها می‌گویند هر گونه یافته چه زمانی دیده شد، از { $first } تا { $last }.
timeline-active = در حال استفاده
timeline-time = زمان (UTC)

limits-one = فقط همین ضبط: روز، شبکه یا برنامهٔ دیگری شاید چیزهای دیگری نشان دهد.
limits-nothing = نیافتن چیزی به معنای در امان بودن شما نیست. قاعده‌ها فقط آنچه را می‌شناسند که برایش ساخته شده‌اند.
limits-dangerous = این گزارش به اندازهٔ خود ضبط خطرناک است. آن را جایی نگه دارید که فقط خودتان بتوانید بخوانید، و وقتی دیگر لازم نیست پاکش کنید.
limits-tool = به‌کار بردن این برنامه و داشتن فایل‌هایش را می‌توان روی دستگاه فهمید. این برنامه آن‌ها را پنهان نمی‌کند.
limits-cut = { $count ->
        [one] فقط بخشی از یک بسته ضبط شده است؛ روی خط کامل بود.
       *[other] فقط بخشی از { $count } بسته ضبط شده است؛ روی خط کامل بودند.
    }
limits-torn = { $count ->
        [one] در یک اتصال دستگاه، بخشی از داده‌ها در ضبط نیست؛ روی خط بود.
       *[other] در { $count } اتصال دستگاه، بخشی از داده‌ها در ضبط نیست؛ روی خط بود.
    }
limits-problem = بخشی از آنچه روی خط بود ضبط نشده یا خواندنی نبود.
limits-again = دوباره ضبط کنید تا چیزی کم نباشد؛ در tcpdump گزینهٔ { $option } بسته‌ها را کامل نگه می‌دارد.

appendix-span = ضبط از { $first } تا { $last } است.
appendix-packets = { $count ->
        [one] یک بسته در آن هست.
       *[other] { $count } بسته در آن هست.
    }
appendix-observations = { $count ->
        [one] قاعده‌ها روی یک مشاهده کار کردند.
       *[other] قاعده‌ها روی { $count } مشاهده کار کردند.
    }
appendix-device = دستگاه { $device } است؛ ترافیک دیگران کنار گذاشته شد.
appendix-digest = SHA-256 ضبط: { $digest }
appendix-problem = همه چیز خوانده نشد: { $problem }
problem-cut-off = ضبط در بستهٔ { $packet }، بایت { $byte } بریده شده است. آنچه پیش از آن آمده خوانده شد.
problem-absurd-length = ضبط در بستهٔ { $packet }، بایت { $byte } آسیب دیده است: یک طول نامعقول است. آنچه پیش از آن آمده خوانده شد.
problem-no-byte-order = ضبط در بستهٔ { $packet }، بایت { $byte } آسیب دیده است: یک بخش ترتیب بایت‌ها را نمی‌گوید. آنچه پیش از آن آمده خوانده شد.
problem-no-interface = ضبط در بستهٔ { $packet }، بایت { $byte } آسیب دیده است: یک بسته به هیچ رابط شبکه‌ای تعلق ندارد. آنچه پیش از آن آمده خوانده شد.
problem-packed-cut-off = فایل فشرده زودتر از موعد تمام می‌شود.
problem-packed-damaged = فایل فشرده نزدیک بایت { $byte } آسیب دیده است.
problem-packed-bomb = فایل فشرده پس از باز شدن بیش از { $times } برابر اندازه‌اش می‌شود؛ خواندن در همان‌جا متوقف شد.
problem-too-slow = رایانه برای ضبط بعضی بسته‌ها کند بود: { $packets }.
problem-unknown-link = بسته‌هایی با نوع پیوند ناشناخته (نوع پیوند { $link }) کنار گذاشته شدند: { $packets }.
appendix-stack = دستگاه اتصال‌ها را این‌گونه باز می‌کند (TCP): { $text }
appendix-ja4 = برنامه‌ای اتصال‌های رمزگذاری‌شده را این‌گونه آغاز می‌کند (JA4): { $text }
appendix-dhcp = دستگاه از شبکه این‌ها را می‌خواهد (DHCP): { $text }
appendix-program = نوشتهٔ { $program }.

compare-title = از گزارش پیشین تا کنون چه تغییر کرده است
compare-spans = ضبط پیشین { $before } است و این یکی { $now }.
compare-shorter = این ضبط بسیار کوتاه‌تر است؛ پس کمتر بودن یافته‌ها شاید فقط یعنی اتفاق کمتری افتاده است.
compare-partial = این ضبط کامل نیست؛ پس آنچه دیگر یافت نشد شاید فقط در آن ضبط نشده باشد.
compare-devices = دو ضبط هیچ نشانی مشترکی از دستگاه ندارند؛ اگر این‌ها دو دستگاه‌اند، تغییرها معنای چندانی ندارند.
compare-gone = دیگر یافت نشد
compare-fewer = کمتر از پیش
compare-new = تازه یافت شد
compare-more = بیشتر از پیش
compare-same = مانند پیش
compare-hidden = تازه پنهان شده
compare-open = دیگر در میان آنچه پنهان بود یافت نشد
compare-less-hidden = کمتر از پیش در میان آنچه پنهان بود
compare-more-hidden = بیشتر از پیش در میان آنچه پنهان بود
compare-same-hidden = همچنان پنهان
compare-nothing = هیچ چیز بهتر یا بدتر نشده است.
compare-line = { $what } ({ $before } ← { $now })

helpline-note = در این نسخه نام‌ها، نشانی‌ها، ساعت‌ها و هر واژهٔ ضبط‌شده حذف شده است. شمارهٔ اشخاص و مکان‌ها در هر نسخه فرق می‌کند.
written = { $file } نوشته شد. هر کس آن را بخواند، همان چیزی را می‌فهمد که این گزارش به شما می‌گوید.
written-helpline = { $file } نوشته شد. پیش از دادن آن به دیگران، بخوانیدش.
terminal-direction = شاید این پایانه این زبان را با ترتیب نادرست نشان دهد؛ صفحه‌ای که با --html ساخته شود آن را درست نشان می‌دهد.
