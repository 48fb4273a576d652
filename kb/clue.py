"""Clues: small words and letters that tell languages apart in a text of a few words."""

from collections.abc import Sequence
from functools import cache

_SMALL_WORDS = {
    "ar": """
        في من على إلى عن هل ما ماذا كيف لماذا متى أين أنا هو هي هذا هذه ذلك التي الذي لا لم لن أن إن كان مع
        كل أو لي يمكن يمكنني أريد عندي ليس قد بعد قبل حتى مرحبا شكرا
    """,
    "bg": """
        и в не на аз че той с как това по но от за то така вие ти ние те тя го му ми ме моя до или ако е са
        съм бях беше да ще къде кога защо кой какво много вече още само няма има може трябва всичко този
        тази тези там тук при без се здравейте благодаря
    """,
    "cs": """
        a v na je se že to s z do i o jak ale za by co tak po pro od ve ze jsem jsi jsou jste byl byla bylo
        být není já ty on ona my vy oni mě mi tě ti ho mu jeho její ten ta tento kde kdy proč kdo kolik jaký
        jaká které který která už ještě jen jenom velmi nebo když protože mám máš má mohu můžu může chci
        musím nic všechno tady tam ahoj děkuji dobrý prosím
    """,
    "da": """
        og i at det en den til er som på de med han af for ikke der var mig sig men et har om vi min havde
        ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev
        kunne ind når være noget ville jo deres efter ned skulle denne end dette mit også under have dig
        anden hende mine alt meget sit sine vor mod disse hvis din nogle hos blive mange bliver hendes været
        jeg jer sådan hvordan hvornår hvem hvilken hvilket hvorfor kan må nogen ingen intet lige godt gør
        gøre får fik få går gik tager tog giver siger sagde ved lidt mere mest bare kun igen hjem dag år ja
        nej tak jeres behøver kommer ser blevet give givet tage taget vide sidste spørge bruge bruger købe
        køber købt finde finder lide uge hjælp hjælpe venligst gerne kære måde mad vej sprog arbejde
        arbejder tilbage bog penge fejl læse læser væk sælge tænke tænker trække ændre ændrer lægge sætte
        sidde sidder sige køre kører kende kender set fået gået undskyld aften nat aldrig altid måske stadig
        endnu mellem inden uden bag indtil hinanden hvilke vores dit bedst bedste både selvom hej goddag
        farvel
    """,
    "de": """
        der die das und ist nicht ich du er sie es wir ihr ein eine einen einem einer eines den dem des mit
        von zu zum zur auf für an in im am aus bei nach über unter um vor durch wie was wer wo wann warum
        welche welcher welches wenn dass ob aber oder auch noch nur schon sehr mehr kein keine keinen mein
        meine meinen dein deine sein seine unser mir mich dir dich ihm ihn uns euch haben habe hast hat
        hatte sind bin bist war waren wird werden wurde kann kannst können konnte muss müssen soll will
        möchte darf gibt geht bitte hier da dort so dann als alle alles diese dieser dieses heute ja nein
        gut hallo danke guten
    """,
    "en": """
        the a an and or but if of in on at to for from with by about as into is are was were be been am do
        does did have has had will would can could should may might must not no i you he she it we they me
        him her us them my your his its our their this that these those there here what which who whom when
        where why how all any some more most than then so just only very too also please want need get got
        don't can't i'm it's let's isn't didn't hi hello thanks thank hey goodbye
    """,
    "es": """
        el la los las un una unos unas de del en y o que no es a al por para con se su sus lo le les me te
        nos mi tu yo él ella ellos ustedes usted este esta esto ese esa eso como cómo qué quién cuándo dónde
        cuál cuánto porque si sí pero más muy ya está están estoy era fue ser son soy hay ha he has tiene
        tengo tienes puede puedo quiero hacer hace todo todos nada algo sin sobre también cuando donde hasta
        desde entre hola gracias buenos buenas
    """,
    "fa": """
        در از به که این آن را با برای است من تو ما شما او نیست می چه چرا چگونه چطور کجا هم یا تا بود شد کنم
        دارد سلام ممنون
    """,
    "fi": """
        ja on ei se että en olen olet ovat oli ole mitä mikä missä miten miksi milloin kuka kun jos niin
        mutta tai myös hän me te he minä sinä minun sinun hänen minua minulla minulle sinulla hänellä meidän
        teidän tämä tuo nämä ne sen sitä siitä siinä sille tätä tässä kuin vain nyt jo vielä aina voi voin
        voit voinko haluan pitää täytyy kanssa kaikki paljon hyvin hyvää kyllä tänään onko eivät emme joka
        mukaan sitten ollut ottaa tehdä hei moi kiitos terve
    """,
    "fr": """
        le la les l un une des de du d et ou que qui est à a au aux en dans pour par avec sur sous ne n pas
        plus je j tu il elle nous vous ils elles on me m te t se s ce c cette ces cet mon ma mes ton ta tes
        son sa ses notre votre leur quoi quel quelle comment quand où pourquoi combien si mais très bien
        sont suis es était être avoir ai as ont avez fait faire peut peux puis veux tout tous rien aussi y
        qu été chez sans ça bonjour merci salut bonsoir
    """,
    "hu": """
        a az és nem hogy van egy is ez azt de mi mit ki hol mikor miért hogyan mert már csak még ha meg én
        te ő ti ők vagy vagyok volt lesz lehet kell nincs itt ott nagyon sok minden szia köszönöm
    """,
    "id": """
        yang dan di ke dari ini itu untuk dengan tidak saya aku kamu anda dia kami kita mereka apa bagaimana
        kapan mana mengapa siapa berapa bisa ada adalah akan sudah belum ingin atau juga pada tetapi jika
        halo terima kasih
    """,
    "it": """
        il lo la i gli le un uno una di del della dei delle e o che non è a al alla in nel nella con per su
        da dal si mi ti ci vi io tu lui lei noi voi loro questo questa quello quella come cosa chi quando
        dove perché quale quanto se ma più molto sono sei era essere ho hai ha abbiamo avere posso può
        voglio fare tutto tutti niente anche già qui sì ciao grazie buongiorno
    """,
    "nl": """
        de het een en van ik te dat die in is niet zijn op aan met als voor er maar om hem dan zou of wat
        mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben
        deze u want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen toen moet ben
        zonder kan hun dus alles onder ja eens hier wie werd altijd wordt wezen kunnen ons zelf tegen na wil
        kon niets uw iemand geweest andere waarom waar wanneer welke jij jullie wij hallo dank bedankt
        goedendag
    """,
    "nn": """
        og i eg det at ein eit den til er som på dei med han av ikkje der så var meg seg men har om vi me
        min mitt hadde ho no over då frå du ut sin oss opp kan kvar eller kva skal sjølv her alle vil blir
        vart vert vore noko etter ned skulle denne enn dette òg også deg anna henne mykje mot desse kvifor
        korleis kven nokon ingen meir berre heim gjer hei takk
    """,
    "no": """
        og i jeg det at en et den til er som på de med han av ikke ikkje der så var meg seg men ett har om
        vi min mitt ha hadde hun hu nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva
        skal selv her alle vil bli ble blir blitt kunne inn når være noe ville dere deres etter ned skulle
        denne enn dette også under deg annen henne mine alt mye mot disse hvis din noen hos mange hennes
        vært slik hvordan hvem hvilken hvilket hvorfor må ingen ingenting litt mer mest bare igjen hjem dag
        år ja nei takk gjør gjøre får fikk få går gikk tar tok gir sier sa vet kommer ser trenger gi gitt ta
        tatt vite siste spørre bruke bruker kjøpe kjøper kjøpt finne finner like uke hjelp hjelpe vennligst
        gjerne kjære måte mat vei språk arbeid arbeide jobber sånn tilbake bok penger feil lese leser vekk
        selge tenke tenker trekke endre endrer legge sette sitte sitter si kjøre kjører kjenne kjenner sett
        fått gått unnskyld kveld natt aldri alltid kanskje fortsatt ennå mellom innen uten bak inntil
        hverandre hvilke vår best beste både hei hallo
    """,
    "pl": """
        i w na z do nie się to jest że jak co a o po za od dla ale czy tak ja ty on ona my wy oni mi mnie ci
        cię go jej ich nas was mój moje moja moją twój jego ten ta te tego tej tym który która które gdzie
        kiedy dlaczego kto ile jaki jaka jakie być są był była było będzie mam masz ma mogę może można chcę
        muszę jestem już jeszcze tylko bardzo tu tam lub oraz przez przy pod nad przed bez u ze we nic
        wszystko coś ktoś sobie dziś dzień proszę jeśli gdy więc też niż hej cześć dziękuję dzięki witam
        dobry
    """,
    "pt": """
        o a os as um uma de do da dos das em no na nos nas e ou que não é por para com se seu sua me te lhe
        eu tu ele ela eles você vocês este esta isto esse essa isso como quem quando onde qual quanto porque
        porquê mas mais muito já está estão estou era foi ser são sou há tem tenho pode posso quero fazer
        tudo todos nada também sem até ao à olá obrigado obrigada bom
    """,
    "ro": """
        și si în in la de pe cu un o nu este e că sau din pentru ce cum unde când cine mai foarte eu tu el
        ea noi voi ei mea meu mele ta tău lui lor se sunt ești era fi am ai are au pot poate vreau dacă dar
        tot aici acest această bună mulțumesc
    """,
    "ru": """
        и в не на я что он с как это по но из у за то так же вы бы ты мы они она его её их мне меня мой моя
        для от о к до или если есть был была было быть где когда почему кто чего что-то очень уже ещё еще
        только нет да можно могу нужно все всё этот эта эти там тут при без привет спасибо здравствуйте
    """,
    "sv": """
        och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du
        henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter
        upp vi dem vara vad över än dig kan sina här ha mot alla under någon eller allt mycket sedan ju
        denna själv detta åt utan varit hur ingen mitt ni bli blev oss din dessa några deras blir mina samma
        vilken er sådan vår blivit dess inom mellan sådant varför varje vilka ditt vem vilket vart sitt ska
        gör göra får fick går gick tar tog ger säger sa vet lite mer bara hem år ja nej tack måste vill
        kommer ser också igen finns behöver köpa köper köpt hjälp hjälpa vecka månad pengar lösenord tycker
        någonting aldrig alltid kanske fel tillbaka hitta hittar använda använder skicka språk arbete läsa
        läser tänker ändra sätta sitter säga köra känner sett fått gått ursäkta kväll natt fortfarande ännu
        bakom tills varandra bäst bästa både eftersom era dag idag hej
    """,
    "tr": """
        ve bir bu da de için ile ne mi mı mu mü çok ben sen o biz siz onlar benim senin onun var yok değil
        gibi daha nasıl neden nerede kim zaman hangi kaç ama veya ya her şey en olan olarak kadar sonra önce
        şimdi evet hayır istiyorum merhaba teşekkürler
    """,
    "uk": """
        і й та в у не на я що він з із як це по але за то так же ви би ти ми вони вона його її їх мені мене
        мій моя для від о до або якщо є був була було бути де коли чому хто чого дуже вже ще тільки немає ні
        можна можу треба потрібно все цей ця ці там тут при без привіт дякую
    """,
    "ur": """
        میں ہے کا کی کے کو سے نے پر ہیں اور یہ وہ کیا نہیں کیوں کیسے مجھے میرا آپ ہم تھا ہوں شکریہ
    """,
}
_LETTERS = {
    "af": "êëéèôûïö",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "ca": "àçéèíïóòúü",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "âêîôûŵŷ",
    "da": "æøåé",
    "de": "äöüß",
    "en": "",
    "es": "áéíóúüñ¿¡",
    "et": "äöõüšž",
    "fi": "äöåšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "é",
    "it": "àèéìíîòóù",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "nl": "éëïóöüèáà",
    "nn": "æøåéòóô",
    "no": "æøåéòóôü",
    "pl": "ąćęłńóśźż",
    "pt": "ãáâàçéêíóôõúü",
    "ro": "ăâîșțşţ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "so": "",
    "sq": "çë",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "sv": "åäöé",
    "sw": "",
    "tl": "ñ",
    "tr": "çğıöşüâîû",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""Beyond a to z, as they are used in texts of today; `¿` and `¡` tell as much as a letter."""


@cache
def small_words(language: str) -> frozenset[str]:
    """Its articles, pronouns, question words and greetings; none where they are not known."""
    return frozenset(_SMALL_WORDS.get(_spelled(language), "").split())


def known(words: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Those of the words that are small words of at least one of the languages."""
    return [word for word in words if any(word in small_words(language) for language in languages)]


def foreign_letters(text: str, language: str) -> int:
    """How many letters of a text in lower case the language does not have; 0 where that is not known."""
    letters = _LETTERS.get(_spelled(language))
    if letters is None:
        return 0
    special = {sign for sign in text if (sign.isalpha() and not "a" <= sign <= "z") or sign in "¿¡"}
    return len(special - set(letters))


def _spelled(language: str) -> str:
    return "no" if language == "nb" else language
