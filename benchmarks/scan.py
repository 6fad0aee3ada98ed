"""Speed, recall and memory of `barometer scan` beside trafilatura over every page, on the same processes.

    scan.py [PAGES] [--keep FILE]      20,000 pages by default; --keep leaves the archive there

The pages are made up: outlets, people and places of no country but for the country's own towns, in English, Russian
and Kazakh, on six kinds of site (one of them old, in cp1251 and without paragraphs), with menus, scripts, cookie
notes, comments and columns of other headlines in which courts, police and journalists stand beside every story.
Median near 48 KB (the run prints it); 1 of 100 is about press freedom. Half of those repeat the words of benchmarks/relevance, half are told
here; neither is learned from.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from barometer.pipeline.scan import scan
from barometer.pipeline.scan_page import Page, decoded, extracted, glance, is_page
from barometer.pipeline.scan_workers import _pool
from barometer.reading.relevance import relevance
from barometer.sources.archive_records import Damage, Piece, Record, header
from barometer.sources.archives import Reader, pieces

PAGES = 20_000
WORKERS = 2
#: The part of the other pages that tell of what is like press freedom and is not.
NEAR_MISSES = 0.1
SEED = 20_260_101
ITEMS = Path(__file__).parent / "relevance" / "items.jsonl"

TOWNS = {
    "en": ["Aktobe", "Kostanay", "Taraz", "Semey", "Oral", "Kokshetau", "Pavlodar", "Turkistan"],
    "ru": ["Актобе", "Костанай", "Тараз", "Семей", "Уральск", "Кокшетау", "Павлодар", "Туркестан"],
    "kk": ["Ақтөбе", "Қостанай", "Тараз", "Семей", "Орал", "Көкшетау", "Павлодар", "Түркістан"],
}
PEOPLE = {
    "en": ["Arman Telkozin", "Dina Sarmaulova", "Viktor Polenchuk", "Saule Ormanbek", "Timur Zhaksybin"],
    "ru": ["Арман Телкозин", "Дина Сармаулова", "Виктор Поленчук", "Сауле Орманбек", "Тимур Жаксыбин"],
    "kk": ["Арман Телқозин", "Дина Сармаулова", "Виктор Поленчук", "Сәуле Орманбек", "Тимур Жақсыбин"],
}
OUTLETS = {
    "en": ["Steppe Lantern", "Third Bank", "Saiga Post", "Northern Ledger"],
    "ru": ["Степной фонарь", "Третий берег", "Сайгачья почта", "Северная ведомость"],
    "kk": ["Дала шамы", "Үшінші жаға", "Киік поштасы", "Солтүстік дәптері"],
}
RELEVANT = {
    "en": [
        (
            "Court in {town} fines reporter of {outlet} over a story on water pipes",
            "An administrative court in {town} fined {person}, a reporter for {outlet}, for spreading false information. The case was opened after the site wrote about pipes that were paid for and never laid.",
            "The editor said the newsroom would appeal. The deputy mayor had asked the police to find out who gave the documents to the journalist.",
            "{person} told the judge that every figure in the article came from the public procurement portal.",
        ),
        (
            "Camera crew of {outlet} kept out of a council meeting in {town}",
            "Guards did not let a camera crew of {outlet} into an open meeting of the council in {town}, though journalists had accreditation. One of the guards covered the lens and pushed {person} out of the hall.",
            "The channel complained to the prosecutor about obstruction of the lawful work of journalists.",
            "The press secretary of the council called it a misunderstanding over the list of guests.",
        ),
        (
            "Readers cannot open the site of {outlet} for a third day",
            "The news site {outlet} has been out of reach without a VPN since Monday for users of two providers in Kazakhstan. The newsroom has received no notice of blocking from the ministry.",
            "The site was attacked in spring as well, when thousands of requests a second came from abroad, said its editor {person}.",
            "Providers in {town} answered that they carry out the orders that they get and do not comment on them.",
        ),
        (
            "Police search the flat of blogger {person} in {town}",
            "Police searched the flat of {person}, who writes a channel about city money in {town}, and took two phones and a laptop. The blogger is a witness in a criminal case on insult of an official.",
            "A lawyer of a media support fund says that the warrant named no crime and that notes of sources were taken too.",
            "{outlet}, for which the blogger writes at times, asked for the return of the equipment.",
        ),
    ],
    "ru": [
        (
            "В городе {town} суд оштрафовал корреспондента издания «{outlet}»",
            "Административный суд оштрафовал корреспондента издания «{outlet}» ({person}) за распространение ложной информации. Дело завели после статьи о трубах, которые оплатили и не уложили.",
            "В редакции сообщили, что подадут апелляцию. Заместитель акима просил полицию установить, кто передал журналисту документы.",
            "На заседании прозвучало, что все цифры в публикации взяты с портала государственных закупок.",
        ),
        (
            "Съёмочную группу «{outlet}» не пустили на открытое заседание маслихата",
            "Охрана не пустила съёмочную группу телеканала «{outlet}» на открытое заседание маслихата в городе {town}, хотя у журналистов была аккредитация. Охранник закрыл объектив рукой и вытолкнул оператора в коридор.",
            "Телеканал пожаловался в прокуратуру на воспрепятствование законной деятельности журналиста.",
            "Пресс-секретарь назвал произошедшее недоразумением из-за списка гостей. Оператора зовут {person}.",
        ),
        (
            "Сайт «{outlet}» третий день не открывается у читателей",
            "Новостной сайт «{outlet}» с понедельника не открывается без VPN у абонентов двух провайдеров Казахстана. Уведомления о блокировке от министерства редакция не получала.",
            "Весной на сайт уже шла DDoS-атака, рассказал главный редактор ({person}).",
            "Провайдеры города {town} ответили, что исполняют предписания и не комментируют их.",
        ),
        (
            "У блогера провели обыск в городе {town}: изъяты телефоны",
            "Полиция провела обыск в квартире блогера, который ведёт канал о городском бюджете ({person}, {town}), и изъяла два телефона и ноутбук. Блогер проходит свидетелем по делу об оскорблении представителя власти.",
            "Юрист фонда поддержки прессы говорит, что в постановлении не названа статья и что изъяты записи источников.",
            "Редакция «{outlet}», для которой блогер иногда пишет, просит вернуть технику.",
        ),
    ],
    "kk": [
        (
            "{town} қаласында сот «{outlet}» тілшісіне айыппұл салды",
            "Әкімшілік сот «{outlet}» басылымының тілшісіне ({person}) жалған ақпарат таратқаны үшін айыппұл салды. Іс ақшасы төленіп, салынбаған құбырлар туралы мақаладан кейін қозғалған.",
            "Редакция апелляцияға шағым түсіретінін айтты. Әкімнің орынбасары журналистке құжаттарды кім бергенін анықтауды полициядан сұраған.",
            "Сотта мақаладағы барлық сан мемлекеттік сатып алу порталынан алынғаны айтылды.",
        ),
        (
            "«{outlet}» түсіру тобын мәслихат отырысына кіргізбеді",
            "Күзетшілер «{outlet}» телеарнасының түсіру тобын {town} қаласындағы мәслихаттың ашық отырысына кіргізбеді, журналистердің аккредитациясы бар еді. Күзетші объективті қолымен жауып, операторды дәлізге итеріп шығарды.",
            "Телеарна журналистің заңды қызметіне кедергі жасалды деп прокуратураға шағымданды.",
            "Баспасөз хатшысы мұны қонақтар тізіміне қатысты түсініспеушілік деді. Оператордың аты {person}.",
        ),
        (
            "«{outlet}» сайты оқырмандарға үшінші күн ашылмай тұр",
            "«{outlet}» жаңалықтар сайты дүйсенбіден бері Қазақстандағы екі провайдердің абоненттеріне VPN-сіз ашылмайды. Редакция министрліктен бұғаттау туралы хабарлама алмаған.",
            "Көктемде сайтқа DDoS-шабуыл жасалған, дейді бас редактор ({person}).",
            "{town} қаласының провайдерлері нұсқамаларды орындайтынын айтып, түсініктеме бермеді.",
        ),
        (
            "{town} қаласында блогердің үйінде тінту жүргізілді",
            "Полиция қала бюджеті туралы арна жүргізетін блогердің ({person}) пәтерінде тінту жүргізіп, екі телефоны мен ноутбугін алып кетті. Блогер билік өкілін қорлау ісі бойынша куәгер.",
            "Баспасөзді қолдау қорының заңгері қаулыда бап көрсетілмегенін, дереккөздер жазбалары да алынғанын айтады.",
            "Блогер анда-санда жазатын «{outlet}» редакциясы техниканы қайтаруды сұрайды.",
        ),
    ],
}
OTHER = {
    "en": [
        "The price of flour in {town} rose by four per cent in a month, and traders expect it to fall again after the harvest.",
        "A court in {town} sentenced two men to three years for stealing cable from a railway depot; both admitted it.",
        "Police stopped a lorry with forty tonnes of untaxed fuel on the road to {town}, and the driver was let go on bail.",
        "The team of {town} won its third match in a row, and coach {person} praised the goalkeeper above all.",
        "Engineers will close the bridge for repairs until the end of autumn, and buses will take the northern road.",
        "{person} grows melons on two hectares of sand and sells them by the roadside every August with her sons.",
        "A new clinic with sixty beds opens in {town} in spring; doctors from the regional hospital have been hired.",
        "The museum shows gold plaques from a burial mound that schoolchildren found while they planted trees.",
        "Snow and strong wind are expected at the weekend, and rescuers ask drivers not to leave towns at night.",
        "The central bank left its rate where it was and said that imports had grown faster than it had foreseen.",
    ],
    "ru": [
        "Мука в городе {town} подорожала за месяц на четыре процента, продавцы ждут снижения после уборки урожая.",
        "Суд приговорил двух жителей города {town} к трём годам за кражу кабеля из депо; оба признали вину.",
        "Полиция остановила по дороге в {town} грузовик с сорока тоннами топлива без документов, водителя отпустили под залог.",
        "Команда выиграла третий матч подряд, и тренер {person} больше всех похвалил вратаря.",
        "Мост закроют на ремонт до конца осени, автобусы пойдут по северной дороге через посёлок.",
        "{person} выращивает дыни на двух гектарах песка и каждый август продаёт их у дороги вместе с детьми.",
        "Весной в городе {town} откроется клиника на шестьдесят мест, врачей уже набирают в областной больнице.",
        "Музей показывает золотые бляшки из кургана, который нашли школьники, когда сажали деревья.",
        "В выходные ожидаются снег и сильный ветер, спасатели просят водителей не выезжать ночью за город.",
        "Центральный банк оставил ставку прежней и отметил, что импорт рос быстрее, чем ожидалось.",
    ],
    "kk": [
        "{town} қаласында ұн бағасы бір айда төрт пайызға өсті, сатушылар егін жиналған соң арзандайды деп отыр.",
        "Сот {town} қаласының екі тұрғынын деподан кабель ұрлағаны үшін үш жылға соттады, екеуі де кінәсін мойындады.",
        "Полиция {town} жолында құжатсыз қырық тонна жанармай тиеген жүк көлігін тоқтатты, жүргізуші кепілмен босатылды.",
        "Команда қатарынан үшінші ойында жеңді, бапкер {person} бәрінен бұрын қақпашыны мақтады.",
        "Көпір күздің соңына дейін жөндеуге жабылады, автобустар солтүстік жолмен жүреді.",
        "{person} екі гектар құмда қауын өсіріп, әр тамызда балаларымен бірге жол жиегінде сатады.",
        "Көктемде {town} қаласында алпыс орындық емхана ашылады, дәрігерлер облыстық ауруханадан алынуда.",
        "Мұражай оқушылар ағаш отырғызып жүріп тапқан обадан шыққан алтын қапсырмаларды көрсетіп жатыр.",
        "Демалыс күндері қар мен қатты жел күтіледі, құтқарушылар түнде қаладан шықпауды сұрайды.",
        "Орталық банк мөлшерлемені өзгертпеді және импорт күткеннен тез өскенін айтты.",
    ],
}
TITLES = {
    "en": ["Prices in {town} this week", "What is new in {town}", "{person}: a life on the steppe", "Match report from {town}"],
    "ru": ["Цены в городе {town} за неделю", "Что нового: {town}", "{person}: жизнь в степи", "Отчёт о матче: {town}"],
    "kk": ["{town}: апта бағалары", "{town} жаңалықтары", "{person}: даладағы өмір", "{town}: ойын есебі"],
}  # fmt: skip
SIDE = {
    "en": ["Court hears the case of the bridge builders", "Police find a stolen herd near {town}", "Journalist of {outlet} wins a chess cup", "Court leaves a driver without licence", "Editor's column: on winter roads", "Ministry blocks a dam that leaks"],
    "ru": ["Суд рассмотрит дело строителей моста", "Полиция нашла угнанный табун: {town}", "Журналист «{outlet}» выиграл кубок по шахматам", "Суд лишил водителя прав", "Колонка редактора: о зимних дорогах", "Блогеров позвали сажать деревья"],
    "kk": ["Сот көпір салушылардың ісін қарайды", "Полиция ұрланған үйірді тапты: {town}", "«{outlet}» журналисі шахмат кубогын жеңді", "Сот жүргізушіні куәліктен айырды", "Редактор бағаны: қысқы жолдар", "Блогерлер ағаш отырғызуға шақырылды"],
}  # fmt: skip
COOKIES = {
    "en": "We use cookies to make this site better and to show news that you care about; by staying you agree to our rules of use.",
    "ru": "Мы используем файлы cookie, чтобы сайт был удобнее и показывал важные для вас новости; оставаясь, вы принимаете правила.",
    "kk": "Сайт ыңғайлы болып, сізге маңызды жаңалықтарды көрсетуі үшін cookie файлдарын қолданамыз; қалсаңыз, ережені қабылдайсыз.",
}
COMMENT = {
    "en": "When will somebody answer for the roads of {town}? I wrote to the council twice and to the court once.",
    "ru": "Когда кто-нибудь ответит за дороги в городе {town}? Я дважды писал в акимат и один раз в суд.",
    "kk": "{town} жолдарына кім жауап береді? Әкімдікке екі рет, сотқа бір рет жаздым.",
}


class Maker:
    """Pages in a fixed order: the same seed, the same bytes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.items: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        from barometer.sources import language_of

        for line in ITEMS.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            key = (language_of(f"{item['title']} {item['text']}"), item["relevant"])
            self.items.setdefault(key, []).append((item["title"], item["text"]))

    def story(self, language: str, relevant: bool) -> tuple[str, list[str]]:
        """A headline and its paragraphs."""
        pick = self.random
        if pick.random() < (0.5 if relevant else NEAR_MISSES):
            title, text = pick.choice(self.items[language, relevant])
            paragraphs = [text or title]
        elif relevant:
            title, *paragraphs = pick.choice(RELEVANT[language])
        else:
            title, paragraphs = pick.choice(TITLES[language]), []
        # A relevant story ends with a few further lines; another is made of them.
        more = pick.randint(1, 4) if relevant else pick.randint(5, 14)
        paragraphs = paragraphs + [
            " ".join(pick.sample(OTHER[language], pick.randint(1, 3))) for _ in range(more)
        ]
        return self.filled(title, language), [self.filled(one, language) for one in paragraphs]

    def filled(self, text: str, language: str) -> str:
        pick = self.random
        return (
            text.replace("{town}", pick.choice(TOWNS[language]))
            .replace("{person}", pick.choice(PEOPLE[language]))
            .replace("{outlet}", pick.choice(OUTLETS[language]))
        )

    def menu(self, count: int, language: str) -> str:
        return "".join(
            f'<li class="menu-item menu-item-type-taxonomy menu-item-{n}" id="menu-item-{n}"><a class="menu-link" '
            f'href="/{language}/rubric/{n}/?utm_source=menu">{self.filled(self.random.choice(SIDE[language]), language)[:28]}</a></li>'
            for n in range(count)
        )

    def side(self, count: int, language: str) -> str:
        return "".join(
            f'<div class="card card--small"><div class="card__image"><img src="/img/{n}.jpg" alt="" loading="lazy"></div>'
            f'<div class="card__body"><a class="card__title" href="/{language}/news/{self.random.randrange(10**6)}">'
            f"{self.filled(self.random.choice(SIDE[language]), language)}</a>"
            f'<span class="card__date">{n + 1} min</span></div></div>'
            for n in range(count)
        )

    def script(self, size: int) -> str:
        names = [f"v{self.random.randrange(16**6):06x}" for _ in range(max(1, size // 40))]
        return (
            "<script>"
            + "".join(f'window.{n}=window.{n}||[];{n}.push("{n[::-1]}");' for n in names)
            + "</script>"
        )

    def page(self, relevant: bool) -> tuple[bytes, str]:
        """A page's bytes and its Content-Type."""
        pick = self.random
        language = pick.choice(["en", "ru", "kk"])
        title, paragraphs = self.story(language, relevant)
        kind = pick.randrange(6)
        encoding = "cp1251" if kind == 3 and language == "ru" else "utf-8"
        comments = "".join(
            f'<div class="comment"><b>guest{n}</b><p>{self.filled(COMMENT[language], language)}</p></div>'
            for n in range(pick.randint(0, 12))
        )
        head = (
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="{encoding}"><title>{title} | {pick.choice(OUTLETS[language])}</title>'
            f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="2026-02-{pick.randint(1, 28):02}T09:00:00+05:00">'
        )
        if kind != 1:
            head += f'<meta name="description" content="{paragraphs[0][:150]}">'
        body = self._body(kind, title, paragraphs)
        top = f'<header class="site-header"><ul class="menu">{self.menu(pick.randint(25, 70), language)}</ul></header>'
        around = (
            f'<aside class="sidebar">{self.side(pick.randint(6, 24), language)}</aside>'
            f'<section class="comments">{comments}</section><footer><ul>{self.menu(pick.randint(10, 40), language)}</ul></footer>'
        )
        cookies = (
            f'<div class="cookie-bar"><p>{COOKIES[language]}</p><button>OK</button></div>'
            if kind != 3
            else ""
        )
        if kind in (1, 3):  # older sites do not name the parts of a page
            top, around = (
                text.replace("header", "div").replace("aside", "div").replace("footer", "div")
                for text in (top, around)
            )
        html = f"{head}</head><body>{cookies}{top}{body}{around}</body></html>"
        wanted = int(pick.lognormvariate(10.6, 0.45))  # of the page without its frame
        missing = max(0, wanted - len(html.encode(encoding, "replace")))
        html = html.replace("</head>", self.script(missing * 2 // 3) + "</head>").replace(
            "</body>", self.script(missing // 3) + "</body>"
        )
        told = "text/html" if kind in (1, 4) else f"text/html; charset={encoding}"
        return html.encode(encoding, "xmlcharrefreplace"), told

    def _body(self, kind: int, title: str, paragraphs: list[str]) -> str:
        plain = "".join(f"<p>{one}</p>" for one in paragraphs)
        if kind == 0:
            return f'<main><article class="post"><h1 class="entry-title">{title}</h1><div class="entry-content">{plain}</div></article></main>'
        if kind == 1:
            return f'<div id="wrap"><div class="news-text"><h1>{title}</h1>{"<br><br>".join(paragraphs)}</div></div>'
        if kind == 2:
            blocks = "".join(
                f'<div class="block block--text"><div class="inner"><p dir="ltr"><span style="font-size:16px">{one}</span></p></div></div>'
                for one in paragraphs
            )
            return f'<div class="page"><h1>{title}</h1><div class="builder">{blocks}</div></div>'
        if kind == 3:
            return f'<table width="100%"><tr><td class="left">&nbsp;</td><td class="center"><font size="4"><b>{title}</b></font><br>{"<br>".join(paragraphs)}</td></tr></table>'
        if kind == 4:
            data = json.dumps(
                {"@type": "NewsArticle", "headline": title, "articleBody": " ".join(paragraphs)},
                ensure_ascii=False,
            )
            return f'<script type="application/ld+json">{data}</script><div id="app"><div class="article__body"><h2>{title}</h2>{plain}</div></div>'
        lead, *rest = paragraphs
        return f'<div class="content"><h1>{title}</h1><p class="lead"><strong>{lead}</strong></p><figure><img src="a.jpg"><figcaption>Photo</figcaption></figure>{"".join(f"<p>{one}</p>" for one in rest)}</div>'


def make(path: Path, pages: int, seed: int = SEED) -> tuple[set[str], float]:
    """Write the archive; the addresses of its relevant pages, and the median size of a page in bytes."""
    maker, relevant, sizes = Maker(seed), set(), []
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number in range(pages):
            wanted = number % 100 == 37
            html, told = maker.page(wanted)
            url = f"https://site{number % 40}.example/{number}"
            if wanted:
                relevant.add(url)
            sizes.append(len(html))
            http = StatusAndHeaders(
                "200 OK", [("Content-Type", told), ("Content-Length", str(len(html)))], "HTTP/1.1"
            )
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(html),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2026-03-01T00:00:00Z"},
            )
            writer.write_record(record)
    return relevant, statistics.median(sizes)


# --- measuring --------------------------------------------------------------------------------------------------


def _pages_of(piece: Piece) -> Iterator[Record]:
    for found in Reader(piece):
        if not isinstance(found, Damage) and is_page(found):
            yield found


def extract_all(piece: Piece) -> int:
    """trafilatura over every page of a piece, with nothing of ours but the reading of the archive."""
    from trafilatura import extract

    return sum(bool(extract(record.payload)) for record in _pages_of(piece))


def relevant_in(piece: Piece) -> list[str]:
    """The addresses of the pages that full extraction finds relevant."""
    found = []
    for record in _pages_of(piece):
        html = decoded(record.payload, header(record, "content-type"))
        quick = glance(html)
        if relevance(Page(quick.title, extracted(html) or quick.text).telling()).relevant:
            found.append(record.url)
    return found


def spread(act: Callable[[Piece], object], archive: Path) -> tuple[list[object], float]:
    """What it gives for each piece on as many processes, and the seconds it took."""
    some = [piece for piece in pieces(archive) if isinstance(piece, Piece)]
    started = time.perf_counter()
    pool: ProcessPoolExecutor
    with _pool(WORKERS) as pool:
        return list(pool.map(act, some)), time.perf_counter() - started


class Memory:
    """Megabytes in use by this process and by the biggest of those that it began, looked at twice a second (Linux)."""

    def __enter__(self) -> Memory:
        self.seen: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            workers = [in_use(child.pid or 0) for child in multiprocessing.active_children()]
            self.seen.append((in_use(os.getpid()), max(workers, default=0.0)))

    def told(self) -> str:
        half = len(self.seen) // 2
        first, second = (
            [max((row[who] for row in some), default=0.0) for who in (0, 1)]
            for some in (self.seen[:half], self.seen[half:])
        )
        return (
            f"memory, most in the first half and in the second: {first[0]:.0f} and {second[0]:.0f} MB here, "
            f"{first[1]:.0f} and {second[1]:.0f} MB in the biggest worker"
        )


def in_use(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0
    )


def main(arguments: list[str]) -> None:
    """Make, scan, compare, tell."""
    pages = int(arguments[0]) if arguments and arguments[0].isdigit() else PAGES
    keep = Path(arguments[arguments.index("--keep") + 1]) if "--keep" in arguments else None
    with tempfile.TemporaryDirectory() as folder:
        archive = keep or Path(folder) / "pages.warc.gz"
        truth, median = make(archive, pages)
        print(
            f"{pages:,} pages, median {median / 1000:.0f} KB, {len(truth)} relevant, archive {archive.stat().st_size / 1e6:.0f} MB"
        )
        started = time.perf_counter()
        out = Path(folder) / "leads.jsonl"
        with Memory() as memory:
            scan([archive], out, workers=WORKERS)
        seconds = time.perf_counter() - started
        leads = {json.loads(line)["url"] for line in out.read_text(encoding="utf-8").splitlines()}
        print(f"scan: {seconds:.1f} s, {pages / seconds:.0f} pages a second, {len(leads)} leads")
        print(memory.told())
        _, full_seconds = spread(extract_all, archive)
        print(f"trafilatura over every page: {full_seconds:.1f} s, {pages / full_seconds:.0f} pages a second")
        print(f"ratio: {full_seconds / seconds:.2f}")
        found, _ = spread(relevant_in, archive)
        full = {url for some in found for url in some}  # type: ignore[attr-defined]
        print(
            f"full extraction finds {len(full)}; of these the scan has {len(full & leads) / max(1, len(full)):.4f}"
        )
        print(
            f"of the {len(truth)} pages made relevant: full {len(full & truth)}, scan {len(leads & truth)}; leads beside them {len(leads - truth)}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
