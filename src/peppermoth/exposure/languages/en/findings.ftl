# What each rule says. The entry is the title: a whole sentence about the observer, never
# about a fault of the reader. ".short" names the same thing in a list, without a full stop;
# it follows "could learn:". ".why" says why it matters. No acronyms in titles.

mail-password = Anyone on the line could read the password of a mail account.
    .short = the password of a mail account
    .why = Whoever has it can read every mail, write in your name, and reset the passwords of other accounts.
site-password = Anyone on the line could read a password that was sent to a site.
    .short = a password for a site
    .why = Whoever has it can use the account as you do, and try the same password elsewhere.
password = Anyone on the line could read a password.
    .short = a password
    .why = Whoever has it can use the service as you do, and try the same password elsewhere.
token = Anyone on the line could read a key that opens a service.
    .short = a key that opens a service
    .why = Such a key works like a password: whoever copies it gets in without being asked for more.
cookie = Anyone on the line could copy { $count ->
        [one] a cookie that a site may keep you signed in with.
       *[other] { $count } cookies that a site may keep you signed in with.
    }
    .short = cookies that may keep you signed in
    .why = Whoever copies such a cookie may be able to use the account without the password. It also shows that two visits were made by the same person.
password-guess = Anyone on the line could record what is needed to guess a password.
    .short = what is needed to guess a password
    .why = The password itself was not sent, but a computer can try many guesses against the recording. Short and common passwords fall first.
mail = Anyone on the line could read { $count ->
        [one] a mail.
       *[other] { $count } mails.
    }
    .short = the text of mails
    .why = Text, subject, sender and recipients were readable, and can be kept and searched.
chat = Anyone on the line could read chat messages.
    .short = chat messages
    .why = What you and others wrote was readable, and can be kept and searched.
call = Anyone on the line could record a call and listen to it.
    .short = the sound of a call
    .why = The voices of both sides were not encrypted. A recording can be heard later and compared with other voices.
form = Anyone on the line could read a form that was filled in.
    .short = a form that was filled in
    .why = Names, addresses or anything else typed into the form was readable.
search = Anyone on the line could read what was searched for.
    .short = what was searched for
    .why = Searches show plans, worries and interests more plainly than visits do.
terminal = Anyone on the line could read a session on another computer, and could have changed it.
    .short = a session on another computer
    .why = Every command, every answer and every password typed in it was readable.
database = Anyone on the line could read what was asked of a database.
    .short = what was asked of a database
    .why = Questions and answers may hold records about you and about other people.
file = Anyone on the line could see which files were sent or fetched, and read them.
    .short = files that were sent or fetched
    .why = Names of files often say what they hold, and their content was not encrypted.
page = Anyone on the line could read pages that were visited, and could have changed them.
    .short = pages that were visited
    .why = Not only the site but the page and what it shows was readable. A changed page can carry harmful software.
topic = Anyone on the line could read what a device in your home or pocket reports.
    .short = what a device reports
    .why = Such reports can show when somebody is at home, and what the device measures.
log-line = Anyone on the line could read notes that a device keeps about its work.
    .short = notes that a device keeps about its work
    .why = They can name persons, programs and other devices.

location = Anyone on the line could read roughly where the device was.
    .short = roughly where the device was
    .why = Places that return show home, work and the people you meet.
contact = Anyone on the line could see { $count ->
        [one] with whom you were in contact: one person.
       *[other] with whom you were in contact: { $count } persons.
    }
    .short = with whom you were in contact
    .why = Who talks to whom is what monitors look for first. It puts other people at risk too.
mail-address = Anyone on the line could read { $count ->
        [one] a mail address.
       *[other] { $count } mail addresses.
    }
    .short = mail addresses
    .why = A mail address is a name that lasts. It joins what you do in different places.
phone = Anyone on the line could read { $count ->
        [one] a telephone number.
       *[other] { $count } telephone numbers.
    }
    .short = telephone numbers
    .why = In most countries a telephone number leads to a registered person.
subscriber = Anyone on the line could read the number that names your SIM card or telephone.
    .short = the number that names your SIM card or telephone
    .why = It stays the same wherever you go, and leads to the person who bought it.
user-name = Anyone on the line could read a user name.
    .short = a user name
    .why = A user name joins what you do to one person, even where the password was hidden.
host-name = Anyone on the line could read the name that the device gives itself.
    .short = the name that the device gives itself
    .why = Such names often hold a person's name, and make the device easy to find again.
host-name-local = Anyone on the same network could read the name that the device gives itself.
    .short = on the local network, the name that the device gives itself
    .why = Such names often hold a person's name, and make the device easy to find again.
hardware-address = Anyone on the same network could read an address of the device that does not change.
    .short = on the local network, an address of the device that does not change
    .why = It makes the device known again in every network it visits.
wifi = Anyone nearby could hear which Wi-Fi networks the device was looking for.
    .short = near the device, which Wi-Fi networks it was looking for
    .why = Names of networks show where the device has been: home, work, a hotel.

names-asked = Anyone on the line could see { $count ->
        [one] the name of one site that the device looked up.
       *[other] the names of { $count } sites that the device looked up.
    }
    .short = which sites the device looked up
    .why = Before a connection, the device asks for a site's address. These questions were not encrypted, so they give a list of what you use. Whoever sees them can also answer falsely.
names-said = Anyone on the line could see { $count ->
        [one] the name of one site that the device connected to.
       *[other] the names of { $count } sites that the device connected to.
    }
    .short = which sites the device connected to
    .why = The connection was encrypted, but the site's name stood at its beginning. Blocking and lists of visitors work by this name.
names-proxy = Anyone on the line could see { $count ->
        [one] one place that was reached through a proxy.
       *[other] { $count } places that were reached through a proxy.
    }
    .short = what was reached through a proxy
    .why = A proxy without encryption hides nothing on the way to it.
names-local = Anyone on the same network could see names that the device asks for or tells there.
    .short = names told on the local network
    .why = They show which devices and services you have, and often whose they are.
network-passed-on = Anyone between name servers could see which network the questions come from.
    .short = which network the questions come from
    .why = The name server passes on a part of your address, so questions can be joined to a place.
addresses = Anyone on the line could see { $count ->
        [one] one address that the device spoke to.
       *[other] { $count } addresses that the device spoke to.
    }
    .short = addresses that the device spoke to
    .why = These connections told no name themselves, but many addresses belong to one service only.

service-private = Anyone on the line could see that you use services that say much about a person.
    .short = that you use services that say much about a person
    .why = The name alone can tell of belief, health, love or politics, even when the content is hidden.
service = Anyone on the line could see { $count ->
        [one] that you use one known service.
       *[other] that you use { $count } known services.
    }
    .short = which services you use
    .why = Which services somebody uses, and when, makes a picture that sets them apart from others.
peer-to-peer = Anyone on the line, and strangers in the same exchange, could see that you share files with others.
    .short = that you share files with strangers
    .why = Everybody who takes part in the exchange sees your address, and many keep lists.
served = Others could reach a service that runs on the device.
    .short = on the line to whoever reached it, a service on the device
    .why = What can be reached can be tried: for what it tells, and for weaknesses.
tracker = Anyone on the line could see { $count ->
        [one] one company that follows what you do.
       *[other] { $count } companies that follow what you do.
    }
    .short = which companies follow what you do
    .why = Trackers show which apps and pages are open, and can be made to hand over what they know.
presence = Anyone on the line could see when the device was in use.
    .short = when the device was in use
    .why = Over days this shows when somebody wakes, works, leaves and sleeps.
call-shape = Anyone on the line could guess from the rhythm that there was a call.
    .short = that there probably was a call
    .why = Calls have an even rhythm in both directions, even when they are encrypted. Two people with the same rhythm at the same time probably talked to each other.
device = Anyone on the line could tell what kind of device this is.
    .short = what kind of device this is
    .why = It tells your traffic from that of others behind the same connection, and which weaknesses may fit.
programs = Anyone on the line could tell some of the programs on the device.
    .short = some of the programs on the device
    .why = Each program begins a connection in its own way. Rare programs set a person apart.
language = Anyone on the line could see which languages the device prefers.
    .short = which languages the device prefers
    .why = Language narrows down who somebody is and where they come from.

old-encryption = Anyone on the line with some effort could break an encryption that is too old.
    .short = connections with encryption that is too old
    .why = Its weaknesses have been known for years, and it shows the site's certificate.
circumvention = Anyone on the line could see that you use services for getting around blocking.
    .short = that you use services for getting around blocking
    .why = What you do there may be hidden, but contacting them can be noticed, blocked, and in some places held against you.
tunnel-seen = Anyone on the line could recognise that a tunnel is used.
    .short = that a tunnel is used
    .why = What is inside is hidden, but the tunnel itself can be noticed, blocked, and in some places held against you.
tor-seen = Anyone on the line could recognise that Tor is used.
    .short = that Tor is used
    .why = Sites and content are hidden, but using it can be noticed, blocked, and in some places held against you.
random-seen = Anyone on the line could notice a connection that looks like nothing known.
    .short = a connection that looks like nothing known
    .why = Some tunnels look random from the first byte. Few ordinary programs do, so some networks block it.
content-hidden = The line could not read what was exchanged with { $count ->
        [one] one site.
       *[other] { $count } sites.
    }
    .short = what was exchanged with these sites
    .why = Content, pages and the site's certificate were encrypted.
name-hidden = The line could not read the real name of some sites.
    .short = the real name of some sites
    .why = The name at the beginning of the connection was encrypted as well. Only a common outer name was seen.
lookups-hidden = The line could not read which names the device looked up.
    .short = names looked up by encrypted questions
    .why = The questions went to a name server in encrypted form.
call-hidden = The line could not listen to a call.
    .short = the sound of a call
    .why = The voices were encrypted.
tunnel-hidden = The line could not read what went through a tunnel.
    .short = what went through a tunnel
    .why = Names, addresses and content inside were encrypted.
hardware-hidden = The network could not know the device again by its hardware address.
    .short = the real hardware address
    .why = The device used an invented address.
terminal-hidden = The line could not read a session on another computer.
    .short = a session on another computer
    .why = Commands, answers and files were encrypted.
