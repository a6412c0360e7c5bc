# What each rule says; see the English file.

mail-password = Cualquiera en la línea pudo leer la contraseña de una cuenta de correo.
    .short = la contraseña de una cuenta de correo
    .why = Quien la tenga puede leer todos los correos, escribir en su nombre y restablecer las contraseñas de otras cuentas.
site-password = Cualquiera en la línea pudo leer una contraseña enviada a un sitio.
    .short = la contraseña de un sitio
    .why = Quien la tenga puede usar la cuenta como usted y probar la misma contraseña en otros lugares.
password = Cualquiera en la línea pudo leer una contraseña.
    .short = una contraseña
    .why = Quien la tenga puede usar el servicio como usted y probar la misma contraseña en otros lugares.
token = Cualquiera en la línea pudo leer una clave que abre un servicio.
    .short = una clave que abre un servicio
    .why = Una clave así funciona como una contraseña: quien la copia entra sin que le pidan más.
cookie = Cualquiera en la línea pudo copiar { $count ->
        [one] una cookie que quizá mantiene su sesión abierta en un sitio.
       *[other] { $count } cookies que quizá mantienen su sesión abierta en un sitio.
    }
    .short = cookies que quizá mantienen su sesión abierta
    .why = Quien copia una cookie así quizá pueda usar la cuenta sin la contraseña. También muestra que dos visitas las hizo la misma persona.
password-guess = Cualquiera en la línea pudo grabar lo necesario para adivinar una contraseña.
    .short = lo necesario para adivinar una contraseña
    .why = La contraseña misma no se envió, pero un ordenador puede probar muchas con la grabación. Las cortas y comunes caen primero.
mail = Cualquiera en la línea pudo leer { $count ->
        [one] un correo.
       *[other] { $count } correos.
    }
    .short = el texto de correos
    .why = Texto, asunto, remitente y destinatarios eran legibles, y pueden guardarse y buscarse.
chat = Cualquiera en la línea pudo leer mensajes de chat.
    .short = mensajes de chat
    .why = Lo que usted y otros escribieron era legible, y puede guardarse y buscarse.
call = Cualquiera en la línea pudo grabar una llamada y escucharla.
    .short = el sonido de una llamada
    .why = Las voces de ambos lados no estaban cifradas. Una grabación puede oírse más tarde y compararse con otras voces.
form = Cualquiera en la línea pudo leer un formulario rellenado.
    .short = un formulario rellenado
    .why = Nombres, direcciones y todo lo escrito en el formulario eran legibles.
search = Cualquiera en la línea pudo leer lo que se buscó.
    .short = lo que se buscó
    .why = Las búsquedas muestran planes, preocupaciones e intereses con más claridad que las visitas.
terminal = Cualquiera en la línea pudo leer una sesión en otro ordenador, y pudo haberla cambiado.
    .short = una sesión en otro ordenador
    .why = Cada orden, cada respuesta y cada contraseña escrita en ella eran legibles.
database = Cualquiera en la línea pudo leer lo que se preguntó a una base de datos.
    .short = lo que se preguntó a una base de datos
    .why = Preguntas y respuestas pueden contener datos sobre usted y sobre otras personas.
file = Cualquiera en la línea pudo ver qué archivos se enviaron o recibieron, y leerlos.
    .short = archivos enviados o recibidos
    .why = Los nombres de archivo suelen decir qué contienen, y su contenido no estaba cifrado.
page = Cualquiera en la línea pudo leer páginas visitadas, y pudo haberlas cambiado.
    .short = páginas visitadas
    .why = No solo el sitio: la página y lo que muestra eran legibles. Una página cambiada puede llevar software dañino.
topic = Cualquiera en la línea pudo leer lo que comunica un aparato de su casa o su bolsillo.
    .short = lo que comunica un aparato
    .why = Esos mensajes pueden mostrar cuándo hay alguien en casa y qué mide el aparato.
log-line = Cualquiera en la línea pudo leer las notas que un aparato lleva de su trabajo.
    .short = las notas que un aparato lleva de su trabajo
    .why = Pueden nombrar personas, programas y otros aparatos.

location = Cualquiera en la línea pudo leer más o menos dónde estaba el dispositivo.
    .short = más o menos dónde estaba el dispositivo
    .why = Los lugares que se repiten muestran la casa, el trabajo y las personas con quienes se reúne.
contact = Cualquiera en la línea pudo ver { $count ->
        [one] con quién tuvo contacto: una persona.
       *[other] con quién tuvo contacto: { $count } personas.
    }
    .short = con quién tuvo contacto
    .why = Quién habla con quién es lo primero que busca la vigilancia. También pone en riesgo a otras personas.
mail-address = Cualquiera en la línea pudo leer { $count ->
        [one] una dirección de correo.
       *[other] { $count } direcciones de correo.
    }
    .short = direcciones de correo
    .why = Una dirección de correo es un nombre duradero. Une lo que usted hace en lugares distintos.
phone = Cualquiera en la línea pudo leer { $count ->
        [one] un número de teléfono.
       *[other] { $count } números de teléfono.
    }
    .short = números de teléfono
    .why = En la mayoría de los países un número de teléfono lleva a una persona registrada.
subscriber = Cualquiera en la línea pudo leer el número que identifica su tarjeta SIM o su teléfono.
    .short = el número que identifica su tarjeta SIM o su teléfono
    .why = Sigue siendo el mismo vaya donde vaya, y lleva a quien lo compró.
user-name = Cualquiera en la línea pudo leer un nombre de usuario.
    .short = un nombre de usuario
    .why = Un nombre de usuario une lo que usted hace a una sola persona, aunque la contraseña estuviera oculta.
host-name = Cualquiera en la línea pudo leer el nombre que el dispositivo se da.
    .short = el nombre que el dispositivo se da
    .why = Ese nombre suele contener el de una persona y hace fácil volver a encontrar el dispositivo.
host-name-local = Cualquiera en la misma red pudo leer el nombre que el dispositivo se da.
    .short = en la red local, el nombre que el dispositivo se da
    .why = Ese nombre suele contener el de una persona y hace fácil volver a encontrar el dispositivo.
hardware-address = Cualquiera en la misma red pudo leer una dirección del dispositivo que no cambia.
    .short = en la red local, una dirección del dispositivo que no cambia
    .why = Con ella se reconoce el dispositivo en cada red que visita.
wifi = Cualquiera que estuviera cerca pudo oír qué redes Wi-Fi buscaba el dispositivo.
    .short = cerca del dispositivo, qué redes Wi-Fi buscaba
    .why = Los nombres de redes muestran dónde ha estado el dispositivo: casa, trabajo, un hotel.

names-asked = Cualquiera en la línea pudo ver { $count ->
        [one] el nombre de un sitio que el dispositivo consultó.
       *[other] los nombres de { $count } sitios que el dispositivo consultó.
    }
    .short = qué sitios consultó el dispositivo
    .why = Antes de conectarse, el dispositivo pregunta la dirección del sitio. Esas preguntas no estaban cifradas, así que dan una lista de lo que usted usa. Quien las ve también puede responder en falso.
names-said = Cualquiera en la línea pudo ver { $count ->
        [one] el nombre de un sitio al que se conectó el dispositivo.
       *[other] los nombres de { $count } sitios a los que se conectó el dispositivo.
    }
    .short = a qué sitios se conectó el dispositivo
    .why = La conexión estaba cifrada, pero el nombre del sitio iba al principio. El bloqueo y las listas de visitantes funcionan con ese nombre.
names-proxy = Cualquiera en la línea pudo ver { $count ->
        [one] un destino al que se llegó por un proxy.
       *[other] { $count } destinos a los que se llegó por un proxy.
    }
    .short = a qué se llegó por un proxy
    .why = Un proxy sin cifrado no oculta nada en el camino hasta él.
names-local = Cualquiera en la misma red pudo ver nombres que el dispositivo pregunta o anuncia allí.
    .short = nombres anunciados en la red local
    .why = Muestran qué aparatos y servicios tiene usted, y a menudo de quién son.
network-passed-on = Cualquiera entre los servidores de nombres pudo ver de qué red vienen las preguntas.
    .short = de qué red vienen las preguntas
    .why = El servidor de nombres transmite una parte de su dirección, y las preguntas pueden unirse a un lugar.
addresses = Cualquiera en la línea pudo ver { $count ->
        [one] una dirección con la que habló el dispositivo.
       *[other] { $count } direcciones con las que habló el dispositivo.
    }
    .short = direcciones con las que habló el dispositivo
    .why = Estas conexiones no dijeron por sí mismas ningún nombre, pero muchas direcciones son de un solo servicio.

service-private = Cualquiera en la línea pudo ver que usted usa servicios que dicen mucho de una persona.
    .short = que usted usa servicios que dicen mucho de una persona
    .why = El nombre por sí solo puede hablar de creencias, salud, amor o política, aunque el contenido esté oculto.
service = Cualquiera en la línea pudo ver { $count ->
        [one] que usted usa un servicio conocido.
       *[other] que usted usa { $count } servicios conocidos.
    }
    .short = qué servicios usa
    .why = Qué servicios usa alguien, y cuándo, forma un retrato que lo distingue de los demás.
peer-to-peer = Cualquiera en la línea, y desconocidos en el mismo intercambio, pudieron ver que usted comparte archivos con otros.
    .short = que comparte archivos con desconocidos
    .why = Todo el que participa en el intercambio ve su dirección, y muchos llevan listas.
served = Otros pudieron llegar a un servicio que funciona en el dispositivo.
    .short = en la línea hacia quien llegó a él, un servicio del dispositivo
    .why = A lo que se puede llegar se lo puede poner a prueba: por lo que cuenta y por sus debilidades.
tracker = Cualquiera en la línea pudo ver { $count ->
        [one] una empresa que sigue lo que usted hace.
       *[other] { $count } empresas que siguen lo que usted hace.
    }
    .short = qué empresas siguen lo que usted hace
    .why = Los rastreadores muestran qué aplicaciones y páginas están abiertas, y se les puede obligar a entregar lo que saben.
presence = Cualquiera en la línea pudo ver cuándo se usaba el dispositivo.
    .short = cuándo se usaba el dispositivo
    .why = A lo largo de los días esto muestra cuándo alguien se levanta, trabaja, sale y duerme.
call-shape = Cualquiera en la línea pudo adivinar por el ritmo que hubo una llamada.
    .short = que probablemente hubo una llamada
    .why = Las llamadas tienen un ritmo parejo en ambos sentidos, aun cifradas. Dos personas con el mismo ritmo a la vez probablemente hablaban entre sí.
device = Cualquiera en la línea pudo saber qué clase de dispositivo es.
    .short = qué clase de dispositivo es
    .why = Distingue su tráfico del de otros tras la misma conexión e indica qué debilidades pueden servir.
programs = Cualquiera en la línea pudo reconocer algunos programas del dispositivo.
    .short = algunos programas del dispositivo
    .why = Cada programa empieza una conexión a su manera. Los programas raros distinguen a una persona.
language = Cualquiera en la línea pudo ver qué idiomas prefiere el dispositivo.
    .short = qué idiomas prefiere el dispositivo
    .why = El idioma estrecha el círculo: quién es alguien y de dónde viene.

old-encryption = Cualquiera en la línea pudo, con algún esfuerzo, romper un cifrado demasiado viejo.
    .short = conexiones con cifrado demasiado viejo
    .why = Sus debilidades se conocen desde hace años, y muestra el certificado del sitio.
circumvention = Cualquiera en la línea pudo ver que usted usa servicios para eludir bloqueos.
    .short = que usa servicios para eludir bloqueos
    .why = Lo que hace allí quizá esté oculto, pero el contacto con ellos puede notarse, bloquearse y, en algunos lugares, usarse contra usted.
tunnel-seen = Cualquiera en la línea pudo reconocer que se usa un túnel.
    .short = que se usa un túnel
    .why = Lo de dentro está oculto, pero el túnel mismo puede notarse, bloquearse y, en algunos lugares, usarse contra usted.
tor-seen = Cualquiera en la línea pudo reconocer que se usa Tor.
    .short = que se usa Tor
    .why = Sitios y contenido están ocultos, pero su uso puede notarse, bloquearse y, en algunos lugares, usarse contra usted.
random-seen = Cualquiera en la línea pudo notar una conexión que no se parece a nada conocido.
    .short = una conexión que no se parece a nada conocido
    .why = Algunos túneles parecen aleatorios desde el primer byte. Pocos programas corrientes son así, y por eso algunas redes los bloquean.
content-hidden = La línea no pudo leer lo intercambiado con { $count ->
        [one] un sitio.
       *[other] { $count } sitios.
    }
    .short = lo intercambiado con estos sitios
    .why = El contenido, las páginas y el certificado del sitio estaban cifrados.
name-hidden = La línea no pudo leer el nombre real de algunos sitios.
    .short = el nombre real de algunos sitios
    .why = El nombre al principio de la conexión también estaba cifrado. Solo se vio un nombre exterior común.
lookups-hidden = La línea no pudo leer qué nombres consultó el dispositivo.
    .short = nombres consultados con preguntas cifradas
    .why = Las preguntas fueron cifradas a un servidor de nombres.
call-hidden = La línea no pudo escuchar una llamada.
    .short = el sonido de una llamada
    .why = Las voces estaban cifradas.
tunnel-hidden = La línea no pudo leer lo que pasó por un túnel.
    .short = lo que pasó por un túnel
    .why = Nombres, direcciones y contenido de dentro estaban cifrados.
hardware-hidden = La red no pudo reconocer el dispositivo por su dirección física.
    .short = la dirección física real
    .why = El dispositivo usó una dirección inventada.
terminal-hidden = La línea no pudo leer una sesión en otro ordenador.
    .short = una sesión en otro ordenador
    .why = Órdenes, respuestas y archivos estaban cifrados.
