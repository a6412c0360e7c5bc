# The report around its findings.

title = Lo que pudo saberse en la línea
title-helpline = Lo que pudo saberse en la línea: copia para un servicio de ayuda

seconds = { $count ->
        [one] un segundo
       *[other] { $count } segundos
    }
minutes = { $count ->
        [one] un minuto
       *[other] { $count } minutos
    }
hours = { $count ->
        [one] una hora
       *[other] { $count } horas
    }
days = { $count ->
        [one] un día
       *[other] { $count } días
    }

opening-learned = En { $duration }, cualquiera que controle la línea pudo saber:
opening-more = y { $count ->
        [one] una cosa más
       *[other] { $count } cosas más
    }
opening-grave = { $count ->
        [0] Nada de ello es contenido, un secreto o una identidad.
        [one] Una de ellas es grave; empiece por ella.
       *[other] { $count } de ellas son graves; empiece por ellas.
    }
opening-hidden = { $count ->
        [0] Nada de lo que las reglas conocen estaba bien oculto.
        [one] Una cosa estaba bien oculta.
       *[other] { $count } cosas estaban bien ocultas.
    }
opening-partial = La grabación no está completa: quien controla la línea pudo saber más de lo que cuenta este informe.
opening-nothing = En { $duration }, las reglas no hallaron nada que pudiera saber quien controla la línea. Eso no significa que usted esté a salvo.
with-examples = { $what }: { $examples }

skip = Ir a los hallazgos
section-counts = Cuánto y cuán grave
section-findings = Lo que se halló
section-timeline = Cuándo
section-people = Contactos y lugares
section-limits = Lo que este informe no puede decir
section-appendix = Para quien comprueba
section-how = Cómo hacerlo

critical = Crítico
    .means = Se pudo leer contenido o un secreto.
high = Alto
    .means = Se pudo saber de una persona, un contacto, un lugar o un identificador duradero.
medium = Medio
    .means = Se pudieron nombrar sitios y servicios.
low = Bajo
    .means = Se pudieron describir el dispositivo o los hábitos.
conspicuous = Llamativo
    .means = Se nota que usted elude la vigilancia o el bloqueo.
protected = Protegido
    .means = Esto estaba bien oculto.

seen = visto
    .means = Está en la grabación.
likely = probable
    .means = Se deduce de lo que hay en ella; cabe otra razón.
possible = posible
    .means = Una conjetura por la forma o el ritmo; compruébela antes de fiarse.
certainty = Grado de certeza: { $certainty }.

card-seen = Lo que ven
card-why = Por qué importa
card-now = Haga ahora
card-later = Haga más adelante
card-stays = Lo que sigue visible después
card-ask = A quién preguntar
card-evidence = Cómo comprobarlo
card-sure = { $severity }. { $certainty } { $means }
how = Cómo, en su sistema
how-on = { $system }: { $way }

seen-names = { $count ->
        [one] Ven un nombre:
       *[other] Ven { $count } nombres:
    }
seen-masked = Todo ello podía leerse. Este informe solo guarda qué clase de cosa era y cuánto medía:
seen-people = Ven a estas personas, que este informe solo numera:
seen-places = Ven estos lugares, que este informe solo numera:
seen-times = Ven cuándo estuvo activo el dispositivo y cuándo quieto.
seen-words = Ven:
count = { $count }
seen-more = y { $count ->
        [one] uno más
       *[other] { $count } más
    }
masked = { $what ->
        [password] contraseña
        [token] clave
        [key] clave
        [community] palabra de grupo
        [response] respuesta de acceso
        [message] mensaje
        [subject] asunto
        [search] búsqueda
        [number] número
        [mail] correo
        [log-line] línea de registro
        [query] consulta
        [sealed-part] parte cifrada
       *[other] { $text }
    }, { $count ->
        [one] un carácter
       *[other] { $count } caracteres
    }

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }, { $next }
detail = { $key ->
        [protocol] protocolo: { $text }
        [user] usuario: { $text }
        [host] sitio: { $text }
        [where] hallado en: { $text }
        [from] se sabe por: { $text }
        [database] base de datos: { $text }
        [realm] dominio: { $text }
        [program] programa: { $text }
        [server] servidor: { $text }
        [resolver] servidor de nombres: { $text }
        [vendor] fabricante: { $text }
        [port] puerto: { $text }
        [transport] transporte: { $text }
        [sent] bytes enviados: { $text }
        [received] bytes recibidos: { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS o macOS
        [linux-or-android] Linux o Android
        [android-or-chromeos] Android o ChromeOS
        [a-computer-that-starts-from-the-network] un ordenador que arranca desde la red
        [no-subject] sin asunto
        [a-messenger-s-call] una llamada en un mensajero
        [how-it-opens-connections] cómo abre las conexiones
        [how-it-begins-encrypted-connections] cómo empieza las conexiones cifradas
        [how-it-asks-for-an-address] cómo pide una dirección a la red
        [hardware-address] la dirección de hardware
        [user-agent] lo que el programa dice de sí mismo
        [mail] un correo
        [login] inicio de sesión
        [fetched] obtenido
        [sent] enviado
        [named] nombrado
        [share] carpeta compartida
        [file] archivo
        [audio] sonido
        [video] vídeo
        [publishes] envía allí
        [follows] lo sigue
        [health] salud
        [religion] religión
        [politics] política
        [news] noticias
        [dating] citas
        [lgbt] vida LGBT
        [rights] derechos humanos
        [sexuality] sexualidad
       *[other] { $text }
    }
about-rest = Los demás de esta clase, juntos

seen-withheld = { $count ->
        [one] En esta copia se omite un valor.
       *[other] En esta copia se omiten { $count } valores.
    }
person = Persona { $number }
place = Lugar { $number }
reveal = Abra una línea para ver lo que sabe este informe. Nunca se imprime.

evidence-times = Del { $first } al { $last }.
evidence-packets = { $count ->
        [one] Visto una vez. Paquetes: { $packets }.
       *[other] Visto { $count } veces. Primeros paquetes: { $packets }.
    }
evidence-fields = Campos: { $fields }.
evidence-filter = Filtro para Wireshark:
evidence-rule = Regla { $rule }, versión { $version }.
error-unmeasured = No se ha medido con qué frecuencia se equivoca esta regla.
error-known = Comprobada en { $of } grabaciones hechas para ello, de contenido conocido: errores { $wrong } (como máximo { $most }).
error-witness = Contrastada con otro programa que leyó los mismos paquetes, en { $of } grabaciones: sin confirmar { $wrong } (como máximo { $most }).
error-controls = Probada en { $of } conexiones sin ello: falsas alarmas { $wrong } (como máximo { $most }).

timeline-text = Las marcas muestran cuándo se vio cada clase de hallazgo, del { $first } al { $last }.
timeline-active = En uso
timeline-time = Hora (UTC)

limits-one = Solo esta grabación: otro día, red o aplicación pueden mostrar otra cosa.
limits-nothing = No hallar nada no significa que usted esté a salvo. Las reglas solo conocen aquello para lo que se hicieron.
limits-dangerous = Este informe es tan peligroso como la grabación. Guárdelo donde solo usted pueda leerlo y bórrelo cuando ya no lo necesite.
limits-tool = En el dispositivo puede notarse el uso de este programa y la presencia de sus archivos. Él no los oculta.
limits-cut = { $count ->
        [one] Un paquete se grabó solo en parte; por la línea pasó entero.
       *[other] { $count } paquetes se grabaron solo en parte; por la línea pasaron enteros.
    }
limits-torn = { $count ->
        [one] En una conexión del dispositivo faltan datos en la grabación; por la línea pasaron.
       *[other] En { $count } conexiones del dispositivo faltan datos en la grabación; por la línea pasaron.
    }
limits-problem = Una parte de lo que pasó por la línea no se grabó o no se pudo leer.
limits-again = Grabe de nuevo para que no falte nada; en tcpdump, { $option } conserva los paquetes enteros.

appendix-span = La grabación va del { $first } al { $last }.
appendix-packets = { $count ->
        [one] Contiene un paquete.
       *[other] Contiene { $count } paquetes.
    }
appendix-observations = { $count ->
        [one] Las reglas trabajaron sobre una observación.
       *[other] Las reglas trabajaron sobre { $count } observaciones.
    }
appendix-device = El dispositivo es { $device }; el tráfico de otros se dejó fuera.
appendix-digest = SHA-256 de la grabación: { $digest }
appendix-problem = No se pudo leer todo: { $problem }
problem-cut-off = La grabación se interrumpe en el paquete { $packet }, byte { $byte }. Se leyó lo que hay antes.
problem-absurd-length = La grabación está dañada en el paquete { $packet }, byte { $byte }: una longitud es absurda. Se leyó lo que hay antes.
problem-no-byte-order = La grabación está dañada en el paquete { $packet }, byte { $byte }: una sección no indica el orden de bytes. Se leyó lo que hay antes.
problem-no-interface = La grabación está dañada en el paquete { $packet }, byte { $byte }: un paquete no pertenece a ninguna interfaz. Se leyó lo que hay antes.
problem-packed-cut-off = El archivo comprimido termina demasiado pronto.
problem-packed-damaged = El archivo comprimido está dañado cerca del byte { $byte }.
problem-packed-bomb = El archivo comprimido se descomprime a más de { $times } veces su tamaño; ahí se dejó de leer.
problem-too-slow = El equipo fue demasiado lento para grabar algunos paquetes: { $packets }.
problem-unknown-link = Se dejaron de lado paquetes de un tipo de enlace desconocido (tipo de enlace { $link }): { $packets }.
appendix-stack = Así abre el dispositivo las conexiones (TCP): { $text }
appendix-ja4 = Así empieza un programa las conexiones cifradas (JA4): { $text }
appendix-dhcp = Esto pide el dispositivo a la red (DHCP): { $text }
appendix-program = Escrito por { $program }.

compare-title = Qué cambió desde el informe anterior
compare-spans = La grabación anterior abarca { $before }; esta, { $now }.
compare-shorter = Esta grabación es mucho más corta, así que menos hallazgos quizá solo signifiquen que pasó menos.
compare-partial = Esta grabación no está completa, así que lo que ya no se halla quizá solo falte en ella.
compare-devices = Las dos grabaciones no tienen en común ninguna dirección del dispositivo; si son dos dispositivos, los cambios dicen poco.
compare-gone = Ya no se halla
compare-fewer = Menos que antes
compare-new = Hallado por primera vez
compare-more = Más que antes
compare-same = Como antes
compare-hidden = Recién oculto
compare-open = Ya no se halla entre lo que estaba oculto
compare-less-hidden = Menos que antes entre lo que estaba oculto
compare-more-hidden = Más que antes entre lo que estaba oculto
compare-same-hidden = Oculto como antes
compare-nothing = Nada mejoró ni empeoró.
compare-line = { $what } ({ $before } → { $now })

helpline-note = Esta copia omite nombres, direcciones, horas del día y toda palabra capturada. Los números de personas y lugares cambian en cada copia.
written = Se escribió { $file }. Cuenta a quien lo lea lo que este informe le cuenta a usted.
written-helpline = Se escribió { $file }. Léalo antes de entregarlo.
terminal-direction = Este terminal quizá muestre esta lengua en orden equivocado; una página hecha con --html la muestra bien.
