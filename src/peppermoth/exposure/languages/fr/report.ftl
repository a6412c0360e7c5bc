# The report around its findings.

title = Ce que la ligne a pu apprendre
title-helpline = Ce que la ligne a pu apprendre : copie pour un service d’assistance

seconds = { $count ->
        [one] une seconde
       *[other] { $count } secondes
    }
minutes = { $count ->
        [one] une minute
       *[other] { $count } minutes
    }
hours = { $count ->
        [one] une heure
       *[other] { $count } heures
    }
days = { $count ->
        [one] un jour
       *[other] { $count } jours
    }

opening-learned = En { $duration }, quiconque exploite la ligne a pu apprendre :
opening-more = et { $count ->
        [one] une autre chose
       *[other] { $count } autres choses
    }
opening-grave = { $count ->
        [0] Rien de tout cela n’est un contenu, un secret ou une identité.
        [one] L’une d’elles est grave ; commencez par celle-ci.
       *[other] { $count } d’entre elles sont graves ; commencez par celles-ci.
    }
opening-hidden = { $count ->
        [0] Rien de ce que les règles connaissent n’était bien caché.
        [one] Une chose était bien cachée.
       *[other] { $count } choses étaient bien cachées.
    }
opening-partial = L’enregistrement n’est pas complet : l’exploitant de la ligne a pu en apprendre plus que ce que dit ce rapport.
opening-nothing = En { $duration }, les règles n’ont rien trouvé que l’exploitant de la ligne aurait pu apprendre. Cela ne veut pas dire que vous êtes en sécurité.
with-examples = { $what } : { $examples }

skip = Aller aux constats
section-counts = Combien, et à quel point c’est grave
section-findings = Ce qui a été trouvé
section-timeline = Quand
section-people = Contacts et lieux
section-limits = Ce que ce rapport ne peut pas dire
section-appendix = Pour vérifier
section-how = Comment faire

critical = Critique
    .means = Un contenu ou un secret a pu être lu.
high = Élevé
    .means = Une personne, un contact, un lieu ou un identifiant durable a pu être lu.
medium = Moyen
    .means = Des sites et des services ont pu être nommés.
low = Faible
    .means = L’appareil ou des habitudes ont pu être décrits.
conspicuous = Voyant
    .means = On voit que vous contournez la surveillance ou le blocage.
protected = Protégé
    .means = C’était bien caché.

seen = vu
    .means = Cela figure dans l’enregistrement.
likely = probable
    .means = Cela découle de ce qui y figure ; une autre raison est possible.
possible = possible
    .means = Une supposition tirée de la forme ou du rythme ; vérifiez avant de vous y fier.
certainty = Degré de certitude : { $certainty }.

card-seen = Ce qu’on voit
card-why = Pourquoi c’est important
card-now = À faire maintenant
card-later = À faire plus tard
card-stays = Ce qui reste visible ensuite
card-ask = À qui demander
card-evidence = Comment vérifier
card-sure = { $severity }. { $certainty } { $means }
how = Comment faire sur votre système
how-on = { $system } : { $way }

seen-names = { $count ->
        [one] On voit un nom :
       *[other] On voit { $count } noms :
    }
seen-masked = Tout était lisible. Ce rapport n’en garde que la nature et la longueur :
seen-people = On voit ces personnes, que ce rapport ne fait que numéroter :
seen-places = On voit ces lieux, que ce rapport ne fait que numéroter :
seen-times = On voit quand l’appareil était actif et quand il était inactif.
seen-words = On voit :
count = { $count }
seen-more = et { $count ->
        [one] un autre
       *[other] { $count } autres
    }
masked = { $what ->
        [password] mot de passe
        [token] clé
        [key] clé
        [community] mot de groupe
        [response] réponse de connexion
        [message] message
        [subject] objet
        [search] recherche
        [number] numéro
        [mail] courriel
        [log-line] ligne de journal
        [query] requête
        [sealed-part] partie chiffrée
       *[other] { $text }
    }, { $count ->
        [one] un caractère
       *[other] { $count } caractères
    }

# What stands beside a value.
beside = { $value } ({ $details })
beside-next = { $details }, { $next }
detail = { $key ->
        [protocol] protocole : { $text }
        [user] utilisateur : { $text }
        [host] site : { $text }
        [where] trouvé dans : { $text }
        [from] connu par : { $text }
        [database] base de données : { $text }
        [realm] domaine : { $text }
        [program] programme : { $text }
        [server] serveur : { $text }
        [resolver] serveur de noms : { $text }
        [vendor] fabricant : { $text }
        [port] port : { $text }
        [transport] transport : { $text }
        [sent] octets envoyés : { $text }
        [received] octets reçus : { $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS ou macOS
        [linux-or-android] Linux ou Android
        [android-or-chromeos] Android ou ChromeOS
        [a-computer-that-starts-from-the-network] un ordinateur qui démarre depuis le réseau
        [no-subject] sans objet
        [a-messenger-s-call] un appel dans une messagerie
        [how-it-opens-connections] sa façon d’ouvrir les connexions
        [how-it-begins-encrypted-connections] sa façon de commencer les connexions chiffrées
        [how-it-asks-for-an-address] sa façon de demander une adresse au réseau
        [hardware-address] l’adresse matérielle
        [user-agent] ce que le programme dit de lui-même
        [mail] un courriel
        [login] connexion au compte
        [fetched] récupéré
        [sent] envoyé
        [named] nommé
        [share] dossier partagé
        [file] fichier
        [audio] son
        [video] vidéo
        [publishes] y envoie
        [follows] le suit
        [health] santé
        [religion] religion
        [politics] politique
        [news] actualité
        [dating] rencontres
        [lgbt] vie LGBT
        [rights] droits humains
        [sexuality] sexualité
       *[other] { $text }
    }
about-rest = Les autres de cette sorte, ensemble

seen-withheld = { $count ->
        [one] Une valeur est retenue dans cette copie.
       *[other] { $count } valeurs sont retenues dans cette copie.
    }
person = Personne { $number }
place = Lieu { $number }
reveal = Ouvrez une ligne pour voir ce que ce rapport en sait. Cela n’est jamais imprimé.

evidence-times = Du { $first } au { $last }.
evidence-packets = { $count ->
        [one] Vu une fois. Paquets : { $packets }.
       *[other] Vu { $count } fois. Premiers paquets : { $packets }.
    }
evidence-fields = Champs : { $fields }.
evidence-filter = Filtre pour Wireshark :
evidence-rule = Règle { $rule }, version { $version }.
error-unmeasured = Le taux d’erreur de cette règle n’a pas été mesuré.
error-known = Vérifiée sur { $of } enregistrements faits pour cela, dont le contenu est connu : erreurs { $wrong } (au plus { $most }).
error-witness = Comparée à un autre programme qui a lu les mêmes paquets, sur { $of } enregistrements : non confirmés { $wrong } (au plus { $most }).
error-controls = Essayée sur { $of } connexions qui n’en contiennent pas : fausses alertes { $wrong } (au plus { $most }).

timeline-text = Les traits montrent quand chaque sorte de constat a été vue, du { $first } au { $last }.
timeline-active = En service
timeline-time = Heure (UTC)

limits-one = Cet enregistrement seulement : un autre jour, réseau ou une autre application peut montrer autre chose.
limits-nothing = Ne rien trouver ne veut pas dire que vous êtes en sécurité. Les règles ne connaissent que ce pour quoi elles ont été faites.
limits-dangerous = Ce rapport est aussi dangereux que l’enregistrement. Gardez-le là où vous seul pouvez le lire, et supprimez-le quand vous n’en avez plus besoin.
limits-tool = L’usage de ce programme et la présence de ses fichiers peuvent être remarqués sur l’appareil. Il ne les cache pas.
limits-cut = { $count ->
        [one] Un paquet n’a été enregistré qu’en partie ; il est passé entier sur la ligne.
       *[other] { $count } paquets n’ont été enregistrés qu’en partie ; ils sont passés entiers sur la ligne.
    }
limits-torn = { $count ->
        [one] Dans une connexion de l’appareil, des données manquent à l’enregistrement ; elles sont passées sur la ligne.
       *[other] Dans { $count } connexions de l’appareil, des données manquent à l’enregistrement ; elles sont passées sur la ligne.
    }
limits-problem = Une partie de ce qui est passé sur la ligne n’a pas été enregistrée ou n’a pas pu être lue.
limits-again = Enregistrez de nouveau pour que rien ne manque ; dans tcpdump, { $option } garde les paquets entiers.

appendix-span = L’enregistrement va du { $first } au { $last }.
appendix-packets = { $count ->
        [one] Il contient un paquet.
       *[other] Il contient { $count } paquets.
    }
appendix-observations = { $count ->
        [one] Les règles ont traité une observation.
       *[other] Les règles ont traité { $count } observations.
    }
appendix-device = L’appareil est { $device } ; le trafic des autres a été laissé de côté.
appendix-digest = SHA-256 de l’enregistrement : { $digest }
appendix-problem = Tout n’a pas pu être lu : { $problem }
problem-cut-off = L’enregistrement s’interrompt au paquet { $packet }, octet { $byte }. Ce qui précède a été lu.
problem-absurd-length = L’enregistrement est endommagé au paquet { $packet }, octet { $byte } : une longueur est absurde. Ce qui précède a été lu.
problem-no-byte-order = L’enregistrement est endommagé au paquet { $packet }, octet { $byte } : une section n’indique pas l’ordre des octets. Ce qui précède a été lu.
problem-no-interface = L’enregistrement est endommagé au paquet { $packet }, octet { $byte } : un paquet n’appartient à aucune interface. Ce qui précède a été lu.
problem-packed-cut-off = Le fichier compressé se termine trop tôt.
problem-packed-damaged = Le fichier compressé est endommagé près de l’octet { $byte }.
problem-packed-bomb = Le fichier compressé devient plus de { $times } fois plus grand une fois décompressé ; la lecture s’est arrêtée là.
problem-too-slow = La machine a été trop lente pour enregistrer certains paquets : { $packets }.
problem-unknown-link = Des paquets d’un type de liaison inconnu (type de liaison { $link }) ont été laissés de côté : { $packets }.
appendix-stack = Façon dont l’appareil ouvre les connexions (TCP) : { $text }
appendix-ja4 = Façon dont un programme commence les connexions chiffrées (JA4) : { $text }
appendix-dhcp = Ce que l’appareil demande au réseau (DHCP) : { $text }
appendix-program = Rédigé par { $program }.

compare-title = Ce qui a changé depuis le rapport précédent
compare-spans = L’enregistrement précédent couvre { $before }, celui-ci { $now }.
compare-shorter = Cet enregistrement est bien plus court : moins de constats peut seulement signifier qu’il s’est passé moins de choses.
compare-partial = Cet enregistrement n’est pas complet : ce qui n’est plus trouvé peut seulement y manquer.
compare-devices = Les deux enregistrements n’ont aucune adresse de l’appareil en commun ; s’il s’agit de deux appareils, les changements disent peu.
compare-gone = N’est plus trouvé
compare-fewer = Moins qu’avant
compare-new = Trouvé pour la première fois
compare-more = Plus qu’avant
compare-same = Comme avant
compare-hidden = Nouvellement caché
compare-open = N’est plus trouvé parmi ce qui était caché
compare-less-hidden = Moins qu’avant parmi ce qui était caché
compare-more-hidden = Plus qu’avant parmi ce qui était caché
compare-same-hidden = Toujours caché
compare-nothing = Rien ne s’est amélioré ni aggravé.
compare-line = { $what } ({ $before } → { $now })

helpline-note = Cette copie omet les noms, les adresses, les heures et tout mot capturé. Les numéros des personnes et des lieux diffèrent d’une copie à l’autre.
written = { $file } est écrit. Ce fichier apprend à qui le lit ce que ce rapport vous apprend.
written-helpline = { $file } est écrit. Lisez-le avant de le donner.
terminal-direction = Ce terminal peut afficher cette langue dans le mauvais ordre ; une page faite avec --html l’affiche bien.
