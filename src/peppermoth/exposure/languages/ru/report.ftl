# The report around its findings.

title = Что могли узнать на линии
title-helpline = Что могли узнать на линии: копия для службы помощи

seconds = { $count ->
        [one] { $count } секунду
        [few] { $count } секунды
        [many] { $count } секунд
       *[other] { $count } секунды
    }
minutes = { $count ->
        [one] { $count } минуту
        [few] { $count } минуты
        [many] { $count } минут
       *[other] { $count } минуты
    }
hours = { $count ->
        [one] { $count } час
        [few] { $count } часа
        [many] { $count } часов
       *[other] { $count } часа
    }
days = { $count ->
        [one] { $count } день
        [few] { $count } дня
        [many] { $count } дней
       *[other] { $count } дня
    }

opening-learned = За { $duration } тот, кто управляет линией, мог узнать:
opening-more = и ещё { $count ->
        [one] { $count } вещь
        [few] { $count } вещи
        [many] { $count } вещей
       *[other] { $count } вещи
    }
opening-grave = { $count ->
        [0] Среди этого нет содержания, секретов или сведений о личности.
        [one] { $count } пункт из них серьёзен; начните с него.
        [few] { $count } пункта из них серьёзны; начните с них.
        [many] { $count } пунктов из них серьёзны; начните с них.
       *[other] { $count } пункта из них серьёзны; начните с них.
    }
opening-hidden = { $count ->
        [0] Из того, что знают правила, ничто не было хорошо скрыто.
        [one] { $count } вещь была хорошо скрыта.
        [few] { $count } вещи были хорошо скрыты.
        [many] { $count } вещей были хорошо скрыты.
       *[other] { $count } вещи были хорошо скрыты.
    }
opening-partial = Запись неполная: тот, кто управляет линией, мог узнать больше, чем сказано в этом отчёте.
opening-nothing = За { $duration } правила не нашли ничего, что мог бы узнать тот, кто управляет линией. Это не значит, что вы в безопасности.
with-examples = { $what }: { $examples }

skip = К находкам
section-counts = Сколько и насколько серьёзно
section-findings = Что найдено
section-timeline = Когда
section-people = Контакты и места
section-limits = Чего этот отчёт сказать не может
section-appendix = Для тех, кто проверяет
section-how = Как это сделать

critical = Критично
    .means = Можно было прочитать содержание или секрет.
high = Высоко
    .means = Можно было узнать человека, контакт, место или постоянный признак.
medium = Средне
    .means = Можно было назвать сайты и сервисы.
low = Низко
    .means = Можно было описать устройство или привычки.
conspicuous = Заметно
    .means = Видно, что вы обходите слежку или блокировки.
protected = Защищено
    .means = Это было хорошо скрыто.

seen = видно
    .means = Это есть в записи.
likely = вероятно
    .means = Это следует из записи; возможна и другая причина.
possible = возможно
    .means = Догадка по форме или ритму; проверьте, прежде чем на неё полагаться.
certainty = Насколько это точно: { $certainty }.

card-seen = Что видят
card-why = Почему это важно
card-now = Сделайте сейчас
card-later = Сделайте позже
card-stays = Что останется видно после этого
card-ask = Кого спросить
card-evidence = Как проверить
card-sure = { $severity }. { $certainty } { $means }
how = Как это сделать в вашей системе
how-on = { $system }: { $way }

seen-names = { $count ->
        [one] Видно { $count } имя:
        [few] Видно { $count } имени:
        [many] Видно { $count } имён:
       *[other] Видно { $count } имени:
    }
seen-masked = Всё это можно было прочитать. Отчёт хранит только вид и длину:
seen-people = Видны эти люди, которых отчёт лишь нумерует:
seen-places = Видны эти места, которые отчёт лишь нумерует:
seen-times = Видно, когда устройство было активно, а когда молчало.
seen-words = Видно:
count = { $count }
seen-more = и ещё { $count }
masked = { $what ->
        [password] пароль
        [token] ключ
        [key] ключ
        [community] групповой пароль
        [response] ответ на запрос входа
        [message] сообщение
        [subject] тема
        [search] поиск
        [number] номер
        [mail] письмо
        [log-line] строка журнала
        [query] запрос
        [sealed-part] зашифрованная часть
       *[other] { $text }
    }, { $count ->
        [one] { $count } знак
        [few] { $count } знака
        [many] { $count } знаков
       *[other] { $count } знака
    }

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }, { $next }
detail = { $key ->
        [protocol] протокол: { $text }
        [user] пользователь: { $text }
        [host] сайт: { $text }
        [where] найдено в: { $text }
        [from] основание: { $text }
        [database] база данных: { $text }
        [realm] домен: { $text }
        [program] программа: { $text }
        [server] сервер: { $text }
        [resolver] сервер имён: { $text }
        [vendor] изготовитель: { $text }
        [port] порт: { $text }
        [transport] транспорт: { $text }
        [sent] отправлено байтов: { $text }
        [received] получено байтов: { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS или macOS
        [linux-or-android] Linux или Android
        [android-or-chromeos] Android или ChromeOS
        [a-computer-that-starts-from-the-network] компьютер, который загружается по сети
        [no-subject] без темы
        [a-messenger-s-call] звонок в мессенджере
        [how-it-opens-connections] то, как открываются соединения
        [how-it-begins-encrypted-connections] то, как начинаются зашифрованные соединения
        [how-it-asks-for-an-address] то, как запрашивается адрес у сети
        [hardware-address] аппаратный адрес
        [user-agent] то, что программа сообщает о себе
        [mail] письмо
        [login] вход
        [fetched] получено
        [sent] отправлено
        [named] названо
        [share] общая папка
        [file] файл
        [audio] звук
        [video] видео
        [publishes] отправляет туда
        [follows] следит за ним
        [health] здоровье
        [religion] религия
        [politics] политика
        [news] новости
        [dating] знакомства
        [lgbt] жизнь ЛГБТ
        [rights] права человека
        [sexuality] сексуальность
       *[other] { $text }
    }
about-rest = Остальные того же рода, вместе

seen-withheld = { $count ->
        [one] В этой копии скрыто { $count } значение.
        [few] В этой копии скрыто { $count } значения.
        [many] В этой копии скрыто { $count } значений.
       *[other] В этой копии скрыто { $count } значения.
    }
person = Человек { $number }
place = Место { $number }
reveal = Откройте строку, чтобы увидеть, что знает отчёт. Это никогда не печатается.

evidence-times = С { $first } по { $last }.
evidence-packets = { $count ->
        [one] Видно { $count } раз. Пакеты: { $packets }.
        [few] Видно { $count } раза. Первые пакеты: { $packets }.
        [many] Видно { $count } раз. Первые пакеты: { $packets }.
       *[other] Видно { $count } раза. Первые пакеты: { $packets }.
    }
evidence-fields = Поля: { $fields }.
evidence-filter = Фильтр для Wireshark:
evidence-rule = Правило { $rule }, версия { $version }.
error-unmeasured = Как часто это правило ошибается, не измерено.
error-known = Проверено на записях, сделанных для этого, содержание которых известно: { $of }. Ошибок: { $wrong } (не более { $most }).
error-witness = Сверено с другой программой, читавшей те же пакеты, записей: { $of }. Не подтверждено: { $wrong } (не более { $most }).
error-controls = Проверено на соединениях, где этого нет: { $of }. Ложных тревог: { $wrong } (не более { $most }).

timeline-text = Метки показывают, когда встречался каждый вид находок, с { $first } по { $last }.
timeline-active = Использовалось
timeline-time = Время (UTC)

limits-one = Только эта запись: другой день, сеть или приложение могут показать другое.
limits-nothing = Если ничего не найдено, это не значит, что вы в безопасности. Правила знают только то, для чего созданы.
limits-dangerous = Этот отчёт так же опасен, как сама запись. Храните его там, где его прочтёте только вы, и удалите, когда он станет не нужен.
limits-tool = Использование этой программы и её файлы можно заметить на устройстве. Она их не прячет.
limits-cut = { $count ->
        [one] { $count } пакет записан лишь частично; по линии он прошёл целиком.
        [few] { $count } пакета записаны лишь частично; по линии они прошли целиком.
        [many] { $count } пакетов записаны лишь частично; по линии они прошли целиком.
       *[other] { $count } пакета записаны лишь частично; по линии они прошли целиком.
    }
limits-torn = { $count ->
        [one] В { $count } соединении устройства в записи не хватает данных; по линии они прошли.
        [few] В { $count } соединениях устройства в записи не хватает данных; по линии они прошли.
        [many] В { $count } соединениях устройства в записи не хватает данных; по линии они прошли.
       *[other] В { $count } соединениях устройства в записи не хватает данных; по линии они прошли.
    }
limits-problem = Часть того, что прошло по линии, не записана или не читается.
limits-again = Запишите ещё раз, чтобы ничего не пропало; в tcpdump параметр { $option } сохраняет пакеты целиком.

appendix-span = Запись идёт с { $first } по { $last }.
appendix-packets = { $count ->
        [one] В ней { $count } пакет.
        [few] В ней { $count } пакета.
        [many] В ней { $count } пакетов.
       *[other] В ней { $count } пакета.
    }
appendix-observations = { $count ->
        [one] Правила обработали { $count } наблюдение.
        [few] Правила обработали { $count } наблюдения.
        [many] Правила обработали { $count } наблюдений.
       *[other] Правила обработали { $count } наблюдения.
    }
appendix-device = Устройство: { $device }; трафик других отброшен.
appendix-digest = SHA-256 записи: { $digest }
appendix-problem = Прочитать удалось не всё: { $problem }
problem-cut-off = Запись обрывается в пакете { $packet }, байт { $byte }. Всё, что стоит раньше, прочитано.
problem-absurd-length = Запись повреждена в пакете { $packet }, байт { $byte }: недопустимая длина. Всё, что стоит раньше, прочитано.
problem-no-byte-order = Запись повреждена в пакете { $packet }, байт { $byte }: в разделе не указан порядок байтов. Всё, что стоит раньше, прочитано.
problem-no-interface = Запись повреждена в пакете { $packet }, байт { $byte }: пакет не относится ни к одному интерфейсу. Всё, что стоит раньше, прочитано.
problem-packed-cut-off = Сжатый файл обрывается слишком рано.
problem-packed-damaged = Сжатый файл повреждён около байта { $byte }.
problem-packed-bomb = Сжатый файл при распаковке больше исходного более чем в { $times } раз; чтение на этом остановлено.
problem-too-slow = Компьютер не успел записать часть пакетов: { $packets }.
problem-unknown-link = Пропущены пакеты неизвестного вида канала (тип канала { $link }): { $packets }.
appendix-stack = Так устройство открывает соединения (TCP): { $text }
appendix-ja4 = Так программа начинает зашифрованные соединения (JA4): { $text }
appendix-dhcp = Вот что устройство запрашивает у сети (DHCP): { $text }
appendix-program = Составлено программой { $program }.

compare-title = Что изменилось с прошлого отчёта
compare-spans = Прошлая запись охватывает { $before }, эта — { $now }.
compare-shorter = Эта запись намного короче, так что меньше находок может значить лишь, что меньше произошло.
compare-partial = Эта запись неполная, так что больше не найденное могло просто в неё не попасть.
compare-devices = В двух записях нет общего адреса устройства; если это два разных устройства, изменения мало что значат.
compare-gone = Больше не найдено
compare-fewer = Меньше, чем раньше
compare-new = Найдено впервые
compare-more = Больше, чем раньше
compare-same = Как раньше
compare-hidden = Теперь скрыто
compare-open = Больше не найдено среди скрытого
compare-less-hidden = Меньше, чем раньше, среди скрытого
compare-more-hidden = Больше, чем раньше, среди скрытого
compare-same-hidden = Скрыто, как раньше
compare-nothing = Ничего не стало лучше или хуже.
compare-line = { $what } ({ $before } → { $now })

helpline-note = В этой копии нет имён, адресов, времени суток и перехваченных слов. Номера людей и мест в каждой копии разные.
written = Записан файл { $file }. Он расскажет тому, кто его прочтёт, то же, что этот отчёт рассказывает вам.
written-helpline = Записан файл { $file }. Прочтите его, прежде чем отдавать.
terminal-direction = Терминал может показать этот язык в неверном порядке; страница, созданная с --html, покажет его правильно.
