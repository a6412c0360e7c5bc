# The report around its findings.

title = ما أمكن للخط أن يعرفه
title-helpline = ما أمكن للخط أن يعرفه: نسخة لجهة مساعدة

seconds = { $count ->
        [one] ثانية واحدة
        [two] ثانيتين
        [few] { $count } ثوانٍ
       *[other] { $count } ثانية
    }
minutes = { $count ->
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $count } دقائق
       *[other] { $count } دقيقة
    }
hours = { $count ->
        [one] ساعة واحدة
        [two] ساعتين
        [few] { $count } ساعات
       *[other] { $count } ساعة
    }
days = { $count ->
        [one] يوم واحد
        [two] يومين
        [few] { $count } أيام
       *[other] { $count } يومًا
    }

opening-learned = خلال { $duration }، أمكن لكل من يدير الخط أن يعرف ما يلي:
opening-more = و{ $count ->
        [one] أمرًا آخر
        [two] أمرين آخرين
        [few] { $count } أمور أخرى
       *[other] { $count } أمرًا آخر
    }
opening-grave = { $count ->
        [0] ليس بينها محتوى أو سر أو هوية.
        [one] واحد منها خطير؛ ابدأ به.
        [two] اثنان منها خطيران؛ ابدأ بهما.
       *[other] { $count } منها خطيرة؛ ابدأ بها.
    }
opening-hidden = { $count ->
        [0] لم يكن شيء مما تعرفه القواعد مخفيًّا جيدًا.
        [one] كان شيء واحد مخفيًّا جيدًا.
        [two] كان شيئان مخفيَّين جيدًا.
        [few] كانت { $count } أشياء مخفية جيدًا.
       *[other] كان { $count } شيئًا مخفيًّا جيدًا.
    }
opening-partial = التسجيل غير كامل: ربما عرف من يدير الخط أكثر مما يقوله هذا التقرير.
opening-nothing = خلال { $duration }، لم تجد القواعد شيئًا يمكن لمن يدير الخط أن يعرفه. هذا لا يعني أنك في أمان.
with-examples = { $what }: { $examples }

skip = الانتقال إلى النتائج
section-counts = كم، وما مدى خطورته
section-findings = ما وُجد
section-timeline = متى
section-people = جهات الاتصال والأماكن
section-limits = ما لا يستطيع هذا التقرير قوله
section-appendix = لمن يريد التحقق
section-how = كيف تفعل ذلك

critical = حرج
    .means = أمكنت قراءة محتوى أو سر.
high = مرتفع
    .means = أمكنت معرفة شخص أو جهة اتصال أو مكان أو معرّف دائم.
medium = متوسط
    .means = أمكنت معرفة أسماء مواقع وخدمات.
low = منخفض
    .means = أمكن وصف الجهاز أو العادات.
conspicuous = لافت للنظر
    .means = يظهر أنك تتجاوز المراقبة أو الحجب.
protected = محمي
    .means = كان هذا مخفيًّا جيدًا.

seen = مرئي
    .means = موجود في التسجيل.
likely = مرجَّح
    .means = يُستنتج مما في التسجيل؛ وقد يكون له سبب آخر.
possible = محتمل
    .means = تخمين من الشكل أو الإيقاع؛ تحقق منه قبل أن تعتمد عليه.
certainty = درجة التأكد: { $certainty }.

card-seen = ما الذي يُرى
card-why = لماذا يهم
card-now = افعل الآن
card-later = افعل لاحقًا
card-stays = ما الذي يبقى ظاهرًا بعد ذلك
card-ask = مَن تسأل
card-evidence = كيف تتحقق
card-sure = { $severity }. { $certainty } { $means }
how = كيف تفعل ذلك على نظامك
how-on = { $system }: { $way }

seen-names = { $count ->
        [one] يُرى اسم واحد:
        [two] يُرى اسمان:
        [few] تُرى { $count } أسماء:
       *[other] يُرى { $count } اسمًا:
    }
seen-masked = أمكنت قراءة كل ذلك. لا يحتفظ هذا التقرير إلا بنوعه وطوله:
seen-people = يُرى هؤلاء الأشخاص، وهذا التقرير يكتفي بترقيمهم:
seen-places = تُرى هذه الأماكن، وهذا التقرير يكتفي بترقيمها:
seen-times = يُرى متى كان الجهاز نشطًا ومتى كان ساكنًا.
seen-words = يُرى ما يلي:
count = { $count }
seen-more = و{ $count ->
        [one] واحد آخر
        [two] اثنان آخران
        [few] { $count } أخرى
       *[other] { $count } أخرى
    }
masked = { $what ->
        [password] كلمة سر
        [token] مفتاح
        [key] مفتاح
        [community] عبارة جماعية
        [response] رد على سؤال الدخول
        [message] رسالة
        [subject] موضوع
        [search] بحث
        [number] رقم
        [mail] رسالة بريد
        [log-line] سطر سجل
        [query] استعلام
        [sealed-part] جزء مشفّر
       *[other] { $text }
    }، { $count ->
        [one] حرف واحد
        [two] حرفان
        [few] { $count } أحرف
       *[other] { $count } حرفًا
    }

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }، { $next }
detail = { $key ->
        [protocol] البروتوكول: { $text }
        [user] المستخدم: { $text }
        [host] الموقع: { $text }
        [where] وُجد في: { $text }
        [from] عُرف من: { $text }
        [database] قاعدة البيانات: { $text }
        [realm] النطاق: { $text }
        [program] البرنامج: { $text }
        [server] الخادم: { $text }
        [resolver] خادم الأسماء: { $text }
        [vendor] الصانع: { $text }
        [port] المنفذ: { $text }
        [transport] طريقة النقل: { $text }
        [sent] بايتات مرسلة: { $text }
        [received] بايتات مستقبلة: { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS أو macOS
        [linux-or-android] Linux أو Android
        [android-or-chromeos] Android أو ChromeOS
        [a-computer-that-starts-from-the-network] حاسوب يقلع من الشبكة
        [no-subject] بلا موضوع
        [a-messenger-s-call] مكالمة في تطبيق مراسلة
        [how-it-opens-connections] طريقة فتحه للاتصالات
        [how-it-begins-encrypted-connections] طريقة بدئه للاتصالات المشفّرة
        [how-it-asks-for-an-address] طريقة طلبه عنوانًا من الشبكة
        [hardware-address] عنوان العتاد
        [user-agent] ما يقوله البرنامج عن نفسه
        [mail] رسالة بريد
        [login] تسجيل الدخول
        [fetched] جُلب
        [sent] أُرسل
        [named] ذُكر اسمه
        [share] مجلد مشترك
        [file] ملف
        [audio] صوت
        [video] فيديو
        [publishes] يرسل إليه
        [follows] يتابعه
        [health] الصحة
        [religion] الدين
        [politics] السياسة
        [news] الأخبار
        [dating] التعارف
        [lgbt] حياة مجتمع الميم
        [rights] حقوق الإنسان
        [sexuality] الحياة الجنسية
       *[other] { $text }
    }
about-rest = البقية من هذا النوع مجتمعة

seen-withheld = { $count ->
        [one] قيمة واحدة محجوبة في هذه النسخة.
        [two] قيمتان محجوبتان في هذه النسخة.
        [few] { $count } قيم محجوبة في هذه النسخة.
       *[other] { $count } قيمة محجوبة في هذه النسخة.
    }
person = الشخص { $number }
place = المكان { $number }
reveal = افتح سطرًا لترى ما يعرفه هذا التقرير. لا يُطبع هذا أبدًا.

evidence-times = من { $first } إلى { $last }.
evidence-packets = { $count ->
        [one] رُئي مرة واحدة. الحزم: { $packets }.
        [two] رُئي مرتين. أولى الحزم: { $packets }.
        [few] رُئي { $count } مرات. أولى الحزم: { $packets }.
       *[other] رُئي { $count } مرة. أولى الحزم: { $packets }.
    }
evidence-fields = الحقول: { $fields }.
evidence-filter = مرشِّح لبرنامج Wireshark:
evidence-rule = القاعدة { $rule }، الإصدار { $version }.
error-unmeasured = لم يُقَس كم تخطئ هذه القاعدة.
error-known = فُحصت على تسجيلات صُنعت لهذا الغرض ومحتواها معروف، عددها { $of }: أخطأت في { $wrong } منها ({ $most } على الأكثر).
error-witness = قورنت ببرنامج آخر قرأ الحزم نفسها، عدد التسجيلات: { $of }، ولم يؤكدها في { $wrong } منها ({ $most } على الأكثر).
error-controls = جُرِّبت على اتصالات تخلو من ذلك، عددها { $of }: إنذارات خاطئة { $wrong } ({ $most } على الأكثر).

timeline-text = تبيّن العلامات متى رُئي كل نوع من النتائج، من { $first } إلى { $last }.
timeline-active = قيد الاستعمال
timeline-time = الوقت (UTC)

limits-one = هذا التسجيل وحده: قد يُظهر يوم آخر أو شبكة أخرى أو تطبيق آخر أشياء أخرى.
limits-nothing = عدم العثور على شيء لا يعني أنك في أمان. لا تعرف القواعد إلا ما وُضعت له.
limits-dangerous = هذا التقرير خطير بقدر التسجيل نفسه. احفظه حيث لا يقرؤه غيرك، واحذفه حين لا تعود بحاجة إليه.
limits-tool = يمكن أن يُلاحَظ على الجهاز استعمال هذا البرنامج ووجود ملفاته. وهو لا يخفيها.
limits-cut = { $count ->
        [one] سُجّل جزء فقط من حزمة واحدة؛ أما على الخط فكانت كاملة.
        [two] سُجّل جزء فقط من حزمتين؛ أما على الخط فكانتا كاملتين.
        [few] سُجّل جزء فقط من { $count } حزم؛ أما على الخط فكانت كاملة.
       *[other] سُجّل جزء فقط من { $count } حزمة؛ أما على الخط فكانت كاملة.
    }
limits-torn = { $count ->
        [one] تغيب عن التسجيل بيانات من اتصال واحد للجهاز؛ وقد مرّت على الخط.
        [two] تغيب عن التسجيل بيانات من اتصالين للجهاز؛ وقد مرّت على الخط.
        [few] تغيب عن التسجيل بيانات من { $count } اتصالات للجهاز؛ وقد مرّت على الخط.
       *[other] تغيب عن التسجيل بيانات من { $count } اتصالًا للجهاز؛ وقد مرّت على الخط.
    }
limits-problem = جزء مما مرّ على الخط لم يُسجَّل أو لم تمكن قراءته.
limits-again = سجّل من جديد حتى لا ينقص شيء؛ الخيار { $option } في tcpdump يُبقي الحزم كاملة.

appendix-span = يمتد التسجيل من { $first } إلى { $last }.
appendix-packets = { $count ->
        [one] يحوي حزمة واحدة.
        [two] يحوي حزمتين.
        [few] يحوي { $count } حزم.
       *[other] يحوي { $count } حزمة.
    }
appendix-observations = { $count ->
        [one] عملت القواعد على مشاهدة واحدة.
        [two] عملت القواعد على مشاهدتين.
        [few] عملت القواعد على { $count } مشاهدات.
       *[other] عملت القواعد على { $count } مشاهدة.
    }
appendix-device = الجهاز هو { $device }؛ وتُركت حركة الآخرين جانبًا.
appendix-digest = بصمة SHA-256 للتسجيل: { $digest }
appendix-problem = لم تمكن قراءة كل شيء: { $problem }
problem-cut-off = التسجيل مقطوع عند الحزمة { $packet }، البايت { $byte }. قُرئ ما قبل ذلك.
problem-absurd-length = التسجيل تالف عند الحزمة { $packet }، البايت { $byte }: طول غير معقول. قُرئ ما قبل ذلك.
problem-no-byte-order = التسجيل تالف عند الحزمة { $packet }، البايت { $byte }: قسم لا يذكر ترتيب البايتات. قُرئ ما قبل ذلك.
problem-no-interface = التسجيل تالف عند الحزمة { $packet }، البايت { $byte }: حزمة لا تنتمي إلى أي واجهة شبكة. قُرئ ما قبل ذلك.
problem-packed-cut-off = ينتهي الملف المضغوط قبل أوانه.
problem-packed-damaged = الملف المضغوط تالف قرب البايت { $byte }.
problem-packed-bomb = يصبح الملف المضغوط بعد فكّه أكبر من حجمه بأكثر من { $times } مرة؛ توقفت القراءة هناك.
problem-too-slow = كان الجهاز أبطأ من أن يسجّل بعض الحزم: { $packets }.
problem-unknown-link = تُركت حزم من نوع وصلة غير معروف (نوع الوصلة { $link }): { $packets }.
appendix-stack = هكذا يفتح الجهاز الاتصالات (TCP): { $text }
appendix-ja4 = هكذا يبدأ برنامج اتصالاته المشفّرة (JA4): { $text }
appendix-dhcp = هذا ما يطلبه الجهاز من الشبكة (DHCP): { $text }
appendix-program = كتبه { $program }.

compare-title = ما الذي تغيّر منذ التقرير السابق
compare-spans = يغطي التسجيل السابق { $before }، وهذا { $now }.
compare-shorter = هذا التسجيل أقصر بكثير، فقد يعني قلّة النتائج أن ما حدث فيه أقل لا غير.
compare-partial = هذا التسجيل غير كامل، فما لم يعد موجودًا قد يكون غائبًا عنه لا غير.
compare-devices = ليس بين التسجيلين عنوان مشترك للجهاز؛ فإن كانا جهازين مختلفين فلا تعني التغييرات الكثير.
compare-gone = لم يعد موجودًا
compare-fewer = أقل من قبل
compare-new = وُجد حديثًا
compare-more = أكثر من قبل
compare-same = كما كان
compare-hidden = أُخفي حديثًا
compare-open = لم يعد ضمن ما كان مخفيًّا
compare-less-hidden = أقل من قبل ضمن ما كان مخفيًّا
compare-more-hidden = أكثر من قبل ضمن ما كان مخفيًّا
compare-same-hidden = ما زال مخفيًّا
compare-nothing = لم يتحسن شيء ولم يسؤ.
compare-line = { $what } ({ $before } ← { $now })

helpline-note = تخلو هذه النسخة من الأسماء والعناوين وأوقات اليوم وكل كلمة التُقطت. وتختلف أرقام الأشخاص والأماكن من نسخة إلى أخرى.
written = كُتب { $file }. وهو يخبر من يقرؤه بما يخبرك به هذا التقرير.
written-helpline = كُتب { $file }. اقرأه قبل أن تعطيه لأحد.
terminal-direction = قد تعرض هذه الطرفية اللغة بترتيب خاطئ؛ أما الصفحة المنشأة بالخيار --html فتعرضها جيدًا.
