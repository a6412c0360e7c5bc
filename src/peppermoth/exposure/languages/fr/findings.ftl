# What each rule says; see the English file.

mail-password = Quiconque est sur la ligne a pu lire le mot de passe d’un compte de courriel.
    .short = le mot de passe d’un compte de courriel
    .why = Qui le possède peut lire tous les courriels, écrire en votre nom et réinitialiser les mots de passe d’autres comptes.
site-password = Quiconque est sur la ligne a pu lire un mot de passe envoyé à un site.
    .short = le mot de passe d’un site
    .why = Qui le possède peut utiliser le compte comme vous, et essayer le même mot de passe ailleurs.
password = Quiconque est sur la ligne a pu lire un mot de passe.
    .short = un mot de passe
    .why = Qui le possède peut utiliser le service comme vous, et essayer le même mot de passe ailleurs.
token = Quiconque est sur la ligne a pu lire une clé qui ouvre un service.
    .short = une clé qui ouvre un service
    .why = Une telle clé agit comme un mot de passe : qui la copie entre sans qu’on lui demande rien d’autre.
cookie = Quiconque est sur la ligne a pu copier { $count ->
        [one] un témoin (cookie) qui peut maintenir votre connexion à un site.
       *[other] { $count } témoins (cookies) qui peuvent maintenir votre connexion à un site.
    }
    .short = des cookies qui peuvent maintenir votre connexion
    .why = Qui copie un tel cookie peut parfois utiliser le compte sans mot de passe. Il montre aussi que deux visites viennent de la même personne.
password-guess = Quiconque est sur la ligne a pu enregistrer de quoi deviner un mot de passe.
    .short = de quoi deviner un mot de passe
    .why = Le mot de passe lui-même n’a pas été envoyé, mais un ordinateur peut en essayer beaucoup sur l’enregistrement. Les mots de passe courts ou courants tombent d’abord.
mail = Quiconque est sur la ligne a pu lire { $count ->
        [one] un courriel.
       *[other] { $count } courriels.
    }
    .short = le texte de courriels
    .why = Texte, objet, expéditeur et destinataires étaient lisibles, et peuvent être gardés et fouillés.
chat = Quiconque est sur la ligne a pu lire des messages de discussion.
    .short = des messages de discussion
    .why = Ce que vous et d’autres avez écrit était lisible, et peut être gardé et fouillé.
call = Quiconque est sur la ligne a pu enregistrer un appel et l’écouter.
    .short = le son d’un appel
    .why = Les voix des deux côtés n’étaient pas chiffrées. Un enregistrement peut être écouté plus tard et comparé à d’autres voix.
form = Quiconque est sur la ligne a pu lire un formulaire rempli.
    .short = un formulaire rempli
    .why = Noms, adresses ou tout ce qui a été saisi dans le formulaire étaient lisibles.
search = Quiconque est sur la ligne a pu lire ce qui a été recherché.
    .short = ce qui a été recherché
    .why = Les recherches montrent projets, soucis et intérêts plus clairement que les visites.
terminal = Quiconque est sur la ligne a pu lire une session sur un autre ordinateur, et aurait pu la modifier.
    .short = une session sur un autre ordinateur
    .why = Chaque commande, chaque réponse et chaque mot de passe saisi étaient lisibles.
database = Quiconque est sur la ligne a pu lire ce qui a été demandé à une base de données.
    .short = ce qui a été demandé à une base de données
    .why = Questions et réponses peuvent contenir des données sur vous et sur d’autres personnes.
file = Quiconque est sur la ligne a pu voir quels fichiers ont été envoyés ou reçus, et les lire.
    .short = des fichiers envoyés ou reçus
    .why = Les noms de fichiers disent souvent ce qu’ils contiennent, et leur contenu n’était pas chiffré.
page = Quiconque est sur la ligne a pu lire des pages visitées, et aurait pu les modifier.
    .short = des pages visitées
    .why = Non seulement le site, mais la page et ce qu’elle montre étaient lisibles. Une page modifiée peut porter un logiciel nuisible.
topic = Quiconque est sur la ligne a pu lire ce que signale un appareil chez vous ou sur vous.
    .short = ce que signale un appareil
    .why = Ces messages peuvent montrer quand quelqu’un est à la maison, et ce que l’appareil mesure.
log-line = Quiconque est sur la ligne a pu lire les notes qu’un appareil tient sur son travail.
    .short = les notes qu’un appareil tient sur son travail
    .why = Elles peuvent nommer des personnes, des programmes et d’autres appareils.

location = Quiconque est sur la ligne a pu lire à peu près où se trouvait l’appareil.
    .short = à peu près où se trouvait l’appareil
    .why = Les lieux qui reviennent montrent le domicile, le travail et les personnes que vous rencontrez.
contact = Quiconque est sur la ligne a pu voir { $count ->
        [one] avec qui vous étiez en contact : une personne.
       *[other] avec qui vous étiez en contact : { $count } personnes.
    }
    .short = avec qui vous étiez en contact
    .why = Qui parle à qui est ce qu’une surveillance cherche d’abord. Cela met aussi d’autres personnes en danger.
mail-address = Quiconque est sur la ligne a pu lire { $count ->
        [one] une adresse de courriel.
       *[other] { $count } adresses de courriel.
    }
    .short = des adresses de courriel
    .why = Une adresse de courriel est un nom qui dure. Elle relie ce que vous faites à différents endroits.
phone = Quiconque est sur la ligne a pu lire { $count ->
        [one] un numéro de téléphone.
       *[other] { $count } numéros de téléphone.
    }
    .short = des numéros de téléphone
    .why = Dans la plupart des pays, un numéro de téléphone mène à une personne enregistrée.
subscriber = Quiconque est sur la ligne a pu lire le numéro qui désigne votre carte SIM ou votre téléphone.
    .short = le numéro qui désigne votre carte SIM ou votre téléphone
    .why = Il reste le même où que vous alliez, et mène à la personne qui l’a acheté.
user-name = Quiconque est sur la ligne a pu lire un nom d’utilisateur.
    .short = un nom d’utilisateur
    .why = Un nom d’utilisateur relie ce que vous faites à une personne, même si le mot de passe était caché.
host-name = Quiconque est sur la ligne a pu lire le nom que l’appareil se donne.
    .short = le nom que l’appareil se donne
    .why = Ces noms contiennent souvent celui d’une personne, et permettent de retrouver l’appareil.
host-name-local = Quiconque est sur le même réseau a pu lire le nom que l’appareil se donne.
    .short = sur le réseau local, le nom que l’appareil se donne
    .why = Ces noms contiennent souvent celui d’une personne, et permettent de retrouver l’appareil.
hardware-address = Quiconque est sur le même réseau a pu lire une adresse de l’appareil qui ne change pas.
    .short = sur le réseau local, une adresse de l’appareil qui ne change pas
    .why = Elle fait reconnaître l’appareil dans chaque réseau où il passe.
wifi = Quiconque était à proximité a pu entendre quels réseaux Wi-Fi l’appareil cherchait.
    .short = près de l’appareil, quels réseaux Wi-Fi il cherchait
    .why = Les noms de réseaux montrent où l’appareil a été : domicile, travail, hôtel.

names-asked = Quiconque est sur la ligne a pu voir { $count ->
        [one] le nom d’un site que l’appareil a cherché.
       *[other] les noms de { $count } sites que l’appareil a cherchés.
    }
    .short = quels sites l’appareil a cherchés
    .why = Avant une connexion, l’appareil demande l’adresse du site. Ces questions n’étaient pas chiffrées : elles donnent la liste de ce que vous utilisez. Qui les voit peut aussi y répondre faussement.
names-said = Quiconque est sur la ligne a pu voir { $count ->
        [one] le nom d’un site auquel l’appareil s’est connecté.
       *[other] les noms de { $count } sites auxquels l’appareil s’est connecté.
    }
    .short = à quels sites l’appareil s’est connecté
    .why = La connexion était chiffrée, mais le nom du site figurait à son début. Le blocage et les listes de visiteurs s’appuient sur ce nom.
names-proxy = Quiconque est sur la ligne a pu voir { $count ->
        [one] une destination atteinte par un serveur mandataire.
       *[other] { $count } destinations atteintes par un serveur mandataire.
    }
    .short = ce qui a été atteint par un serveur mandataire
    .why = Un serveur mandataire (proxy) sans chiffrement ne cache rien sur le chemin qui mène à lui.
names-local = Quiconque est sur le même réseau a pu voir des noms que l’appareil y demande ou y annonce.
    .short = des noms annoncés sur le réseau local
    .why = Ils montrent quels appareils et services vous avez, et souvent à qui ils sont.
network-passed-on = Quiconque se trouve entre les serveurs de noms a pu voir de quel réseau viennent les questions.
    .short = de quel réseau viennent les questions
    .why = Le serveur de noms transmet une partie de votre adresse : les questions peuvent être reliées à un lieu.
addresses = Quiconque est sur la ligne a pu voir { $count ->
        [one] une adresse à laquelle l’appareil a parlé.
       *[other] { $count } adresses auxquelles l’appareil a parlé.
    }
    .short = des adresses auxquelles l’appareil a parlé
    .why = Ces connexions elles-mêmes n’ont dit aucun nom, mais beaucoup d’adresses n’appartiennent qu’à un seul service.

service-private = Quiconque est sur la ligne a pu voir que vous utilisez des services qui en disent long sur une personne.
    .short = que vous utilisez des services qui en disent long sur une personne
    .why = Le nom seul peut parler de croyance, de santé, d’amour ou de politique, même si le contenu est caché.
service = Quiconque est sur la ligne a pu voir { $count ->
        [one] que vous utilisez un service connu.
       *[other] que vous utilisez { $count } services connus.
    }
    .short = quels services vous utilisez
    .why = Quels services on utilise, et quand, compose un portrait qui distingue des autres.
peer-to-peer = Quiconque est sur la ligne, et des inconnus dans le même échange, ont pu voir que vous partagez des fichiers.
    .short = que vous partagez des fichiers avec des inconnus
    .why = Tous ceux qui participent à l’échange voient votre adresse, et beaucoup tiennent des listes.
served = D’autres ont pu atteindre un service qui fonctionne sur l’appareil.
    .short = sur la ligne vers qui l’a atteint, un service de l’appareil
    .why = Ce qui peut être atteint peut être mis à l’épreuve : pour ce qu’il révèle, et pour ses faiblesses.
tracker = Quiconque est sur la ligne a pu voir { $count ->
        [one] une entreprise qui suit ce que vous faites.
       *[other] { $count } entreprises qui suivent ce que vous faites.
    }
    .short = quelles entreprises suivent ce que vous faites
    .why = Les traqueurs montrent quelles applications et pages sont ouvertes, et peuvent être contraints de livrer ce qu’ils savent.
presence = Quiconque est sur la ligne a pu voir quand l’appareil était utilisé.
    .short = quand l’appareil était utilisé
    .why = Au fil des jours, cela montre quand on se lève, travaille, sort et dort.
call-shape = Quiconque est sur la ligne a pu deviner au rythme qu’il y a eu un appel.
    .short = qu’il y a probablement eu un appel
    .why = Les appels ont un rythme régulier dans les deux sens, même chiffrés. Deux personnes au même rythme au même moment se parlaient probablement.
device = Quiconque est sur la ligne a pu dire de quelle sorte d’appareil il s’agit.
    .short = de quelle sorte d’appareil il s’agit
    .why = Cela distingue votre trafic de celui des autres derrière la même connexion, et indique quelles faiblesses peuvent convenir.
programs = Quiconque est sur la ligne a pu reconnaître certains programmes de l’appareil.
    .short = certains programmes de l’appareil
    .why = Chaque programme commence une connexion à sa façon. Les programmes rares distinguent une personne.
language = Quiconque est sur la ligne a pu voir quelles langues l’appareil préfère.
    .short = quelles langues l’appareil préfère
    .why = La langue resserre le cercle : qui l’on est et d’où l’on vient.

old-encryption = Quiconque est sur la ligne pouvait, avec quelque effort, casser un chiffrement trop ancien.
    .short = des connexions au chiffrement trop ancien
    .why = Ses faiblesses sont connues depuis des années, et il montre le certificat du site.
circumvention = Quiconque est sur la ligne a pu voir que vous utilisez des services de contournement du blocage.
    .short = que vous utilisez des services de contournement du blocage
    .why = Ce que vous y faites est peut-être caché, mais leur contact peut être remarqué, bloqué et, en certains lieux, retenu contre vous.
tunnel-seen = Quiconque est sur la ligne a pu reconnaître l’usage d’un tunnel.
    .short = qu’un tunnel est utilisé
    .why = Ce qu’il contient est caché, mais le tunnel lui-même peut être remarqué, bloqué et, en certains lieux, retenu contre vous.
tor-seen = Quiconque est sur la ligne a pu reconnaître l’usage de Tor.
    .short = que Tor est utilisé
    .why = Sites et contenu sont cachés, mais son usage peut être remarqué, bloqué et, en certains lieux, retenu contre vous.
random-seen = Quiconque est sur la ligne a pu remarquer une connexion qui ne ressemble à rien de connu.
    .short = une connexion qui ne ressemble à rien de connu
    .why = Certains tunnels paraissent aléatoires dès le premier octet. Peu de programmes ordinaires le font ; certains réseaux les bloquent donc.
content-hidden = La ligne n’a pas pu lire ce qui a été échangé avec { $count ->
        [one] un site.
       *[other] { $count } sites.
    }
    .short = ce qui a été échangé avec ces sites
    .why = Le contenu, les pages et le certificat du site étaient chiffrés.
name-hidden = La ligne n’a pas pu lire le vrai nom de certains sites.
    .short = le vrai nom de certains sites
    .why = Le nom au début de la connexion était chiffré lui aussi. Seul un nom extérieur commun a été vu.
lookups-hidden = La ligne n’a pas pu lire quels noms l’appareil cherchait.
    .short = les noms cherchés par des questions chiffrées
    .why = Les questions sont allées chiffrées à un serveur de noms.
call-hidden = La ligne n’a pas pu écouter un appel.
    .short = le son d’un appel
    .why = Les voix étaient chiffrées.
tunnel-hidden = La ligne n’a pas pu lire ce qui passait par un tunnel.
    .short = ce qui passait par un tunnel
    .why = Noms, adresses et contenu à l’intérieur étaient chiffrés.
hardware-hidden = Le réseau ne pouvait pas reconnaître l’appareil à son adresse matérielle.
    .short = la vraie adresse matérielle
    .why = L’appareil a utilisé une adresse inventée.
terminal-hidden = La ligne n’a pas pu lire une session sur un autre ordinateur.
    .short = une session sur un autre ordinateur
    .why = Commandes, réponses et fichiers étaient chiffrés.
