"""What five hundred invented people say, in eight languages: harmless sentences, put together in ever other ways.

Each language has a few sentences for each step of an account, written by hand; one of each, and a number, is a
statement. Nobody was there, and no place has a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from testimony.domain.testimony.languages import in_own_digits


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One language. `steps`: for each step of the account what may be said; `{n}` is how many they were.

    `asks`: a word of every statement, by which it is searched. `script`: the language in which consent was asked.
    """

    steps: tuple[tuple[str, ...], ...]
    asks: str
    script: str
    nationality: str


VOICES: Mapping[str, Voice] = {
    "ar": Voice(
        script="ar",
        nationality="SYR",
        asks="الحماية",
        steps=(
            ("كنا {n} أشخاص وخرجنا من القرية مساءً.", "كان عددنا {n} ومشينا مع العائلة.", "وصلنا إلى الحدود ونحن {n}."),
            ("مشينا ليلاً عبر الغابة والمطر ينزل.", "عبرنا نهراً صغيراً عند الفجر.", "نمنا ليلتين تحت الأشجار."),
            ("أوقفنا رجال يلبسون ملابس داكنة.", "جاءت سيارة بيضاء ونزل منها أربعة رجال.", "صرخ علينا رجل من بعيد."),
            ("أخذوا هواتفنا وأحذيتنا.", "كسروا الهواتف أمامنا.", "فتشوا الحقائب ورموا الخبز في الماء."),
            ("طلبت الحماية فلم يجبني أحد.", "قلت إنني أريد الحماية فضحكوا.", "طلبنا الحماية مرتين بالإنجليزية."),
            ("ثم أعادونا مشياً إلى الجانب الآخر.", "في الصباح كنا من جديد حيث بدأنا.", "لم يكتب أحد أسماءنا."),
        ),
    ),
    "prs": Voice(
        script="prs",
        nationality="AFG",
        asks="پناهندگی",
        steps=(
            (
                "ما {n} نفر بودیم و شام از قریه برآمدیم.",
                "تعداد ما {n} نفر بود.",
                "با فامیل خود، {n} نفر، به سرحد رسیدیم.",
            ),
            ("شب در جنگل راه رفتیم.", "صبح وقت از دریا تیر شدیم.", "دو شب زیر درخت‌ها خواب کردیم."),
            ("چند نفر با لباس سیاه ما را ایستاد کردند.", "یک موتر سفید آمد.", "یک عسکر از دور صدا کرد."),
            ("کفش‌های ما را گرفتند.", "تلفون‌ها را پیش روی ما شکستاندند.", "نان ما را در آب انداختند."),
            (
                "من گفتم پناهندگی می‌خواهم، کسی گوش نداد.",
                "دو بار گفتم پناهندگی.",
                "خواستم پناهندگی بخواهم، گفتند چپ باش.",
            ),
            ("بعد ما را پیاده پس فرستادند.", "صبح باز همان‌جا بودیم.", "نام‌های ما را کسی نوشته نکرد."),
        ),
    ),
    "am": Voice(
        script="am",
        nationality="ETH",
        asks="ጥገኝነት",
        steps=(
            ("እኛ {n} ሰዎች ነበርን።", "ከቤተሰብ ጋር {n} ሆነን ወጣን።", "ድንበሩ ላይ ስንደርስ {n} ነበርን።"),
            ("ሌሊቱን በጫካ ውስጥ ተጓዝን።", "ጠዋት ትንሽ ወንዝ ተሻገርን።", "ሁለት ሌሊት ከዛፍ ሥር ተኛን።"),
            ("ጥቁር ልብስ የለበሱ ሰዎች አስቆሙን።", "ነጭ መኪና መጣ።", "አንድ ሰው ከሩቅ ጮኸብን።"),
            ("ስልኮቻችንን ወሰዱ።", "ጫማችንን ወሰዱ።", "ዳቦውን ውሃ ውስጥ ጣሉት።"),
            ("ጥገኝነት እፈልጋለሁ አልኩ፣ ማንም አልሰማኝም።", "ሁለት ጊዜ ጥገኝነት ጠየቅን።", "ጥገኝነት ስል ሳቁብኝ።"),
            ("ከዚያ በእግር መለሱን።", "ጠዋት ወደ ጀመርንበት ተመለስን።", "ስማችንን ማንም አልጻፈም።"),
        ),
    ),
    "bn": Voice(
        script="bn",
        nationality="BGD",
        asks="আশ্রয়",
        steps=(
            ("আমরা {n} জন ছিলাম।", "পরিবারের সঙ্গে {n} জন বের হয়েছিলাম।", "সীমান্তে পৌঁছে আমরা ছিলাম {n} জন।"),
            ("রাতে জঙ্গলের ভেতর দিয়ে হেঁটেছি।", "ভোরে একটা ছোট নদী পার হই।", "দুই রাত গাছের নিচে ঘুমিয়েছি।"),
            ("কালো পোশাকের লোকেরা আমাদের থামাল।", "একটা সাদা গাড়ি এল।", "দূর থেকে একজন চিৎকার করল।"),
            ("তারা আমাদের ফোন নিয়ে গেল।", "জুতাগুলো খুলে নিল।", "রুটি পানিতে ফেলে দিল।"),
            ("আমি আশ্রয় চেয়েছিলাম, কেউ শোনেনি।", "দুইবার বলেছি, আশ্রয় চাই।", "আশ্রয় শব্দটা শুনে তারা হাসল।"),
            ("তারপর হেঁটে ফেরত পাঠাল।", "সকালে আবার সেখানেই ছিলাম।", "কেউ আমাদের নাম লেখেনি।"),
        ),
    ),
    "fr": Voice(
        script="fr",
        nationality="GIN",
        asks="protection",
        steps=(
            (
                "Nous étions {n} et nous avons quitté le village le soir.",
                "On était {n}, avec des enfants.",
                "À la frontière, nous étions {n}.",
            ),
            (
                "Nous avons marché toute la nuit dans la forêt.",
                "À l’aube, nous avons traversé une petite rivière.",
                "Deux nuits, nous avons dormi sous les arbres.",
            ),
            (
                "Des hommes en vêtements sombres nous ont arrêtés.",
                "Une camionnette blanche est arrivée.",
                "Quelqu’un a crié de loin.",
            ),
            (
                "Ils ont pris nos téléphones et nos chaussures.",
                "Ils ont cassé les téléphones devant nous.",
                "Le pain, ils l’ont jeté à l’eau.",
            ),
            (
                "J’ai demandé la protection ; personne ne m’a répondu.",
                "Deux fois, j’ai dit « protection ».",
                "Au mot « protection », ils ont ri.",
            ),
            (
                "Puis ils nous ont ramenés à pied de l’autre côté.",
                "Le matin, nous étions de nouveau au départ.",
                "Personne n’a noté nos noms.",
            ),
        ),
    ),
    "en": Voice(
        script="en",
        nationality="ERI",
        asks="asylum",
        steps=(
            (
                "We were {n} people and left the village in the evening.",
                "There were {n} of us, with children.",
                "At the border we were {n}.",
            ),
            (
                "We walked through the forest all night in the rain.",
                "At dawn we crossed a small river.",
                "For two nights we slept under trees.",
            ),
            (
                "Men in dark clothes stopped us.",
                "A white van came, and four men got out.",
                "Somebody shouted from far away.",
            ),
            (
                "They took our phones and our shoes.",
                "They broke the phones in front of us.",
                "They threw the bread into the water.",
            ),
            (
                "I asked for asylum and nobody answered.",
                "Twice I said the word asylum.",
                "When I said asylum they laughed.",
            ),
            (
                "Then they walked us back to the other side.",
                "In the morning we were where we had begun.",
                "Nobody wrote down our names.",
            ),
        ),
    ),
    "ps": Voice(
        script="ps",
        nationality="AFG",
        asks="پناه",
        steps=(
            ("موږ {n} کسان وو.", "له کورنۍ سره {n} تنه ووتلو.", "پولې ته چې ورسېدو، {n} تنه وو."),
            ("ټوله شپه په ځنګله کې تللو.", "سهار له یوه کوچني سیند واوښتو.", "دوې شپې د ونو لاندې ویده شوو."),
            ("تور کالي اغوستي کسانو ودرولو.", "یو سپین موټر راغی.", "یو کس له لرې چیغې کړې."),
            ("زموږ ټیلیفونونه یې واخیستل.", "بوټونه یې رانه واخیستل.", "ډوډۍ یې په اوبو کې وغورځوله."),
            ("ما وویل پناه غواړم، چا غوږ ونه نیو.", "دوه ځله مې وویل چې پناه غواړم.", "چې پناه مې وویل، ویې خندل."),
            ("بیا یې پلي بېرته ولېږلو.", "سهار بېرته په هماغه ځای کې وو.", "زموږ نومونه چا ونه لیکل."),
        ),
    ),
    "es": Voice(
        script="es",
        nationality="VEN",
        asks="asilo",
        steps=(
            ("Éramos {n} y salimos del pueblo por la tarde.", "Íbamos {n}, con niños.", "En la frontera éramos {n}."),
            (
                "Caminamos toda la noche por el bosque.",
                "Al amanecer cruzamos un río pequeño.",
                "Dos noches dormimos bajo los árboles.",
            ),
            ("Nos pararon unos hombres de ropa oscura.", "Llegó una furgoneta blanca.", "Alguien gritó desde lejos."),
            (
                "Nos quitaron los teléfonos y los zapatos.",
                "Rompieron los teléfonos delante de nosotros.",
                "Tiraron el pan al agua.",
            ),
            ("Pedí asilo y nadie me contestó.", "Dos veces dije la palabra asilo.", "Cuando dije asilo, se rieron."),
            (
                "Luego nos devolvieron andando.",
                "Por la mañana estábamos donde empezamos.",
                "Nadie apuntó nuestros nombres.",
            ),
        ),
    ),
}
LANGUAGES = tuple(VOICES)


def people(number: int) -> int:
    """How many the account number `number` says that they were."""
    return 2 + number % 19


def language(number: int) -> str:
    """In turn, so that each has as many."""
    return LANGUAGES[number % len(LANGUAGES)]


def statement(number: int) -> str:
    """The account number `number`; with the same words again only after 729 others of its language."""
    lang, turn = language(number), number // len(LANGUAGES)
    said = []
    for step in VOICES[lang].steps:
        turn, chosen = divmod(turn, len(step))
        said.append(step[chosen])
    return " ".join(said).format(n=in_own_digits(str(people(number)), lang))
