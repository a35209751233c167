"""The words of the hard sentences that have a part to play: things, deeds, qualities, names, odd spellings, sounds."""

from dataclasses import dataclass

_THINGS_TEXT = """
apple arrow baker barrel basket bear bell bird boat book bottle box bridge broom brother bucket button candle captain
carpet cat chair child clock cloud coat cook crow cup dancer doctor dog donkey door dragon drum duck engine farmer
fence field finger fire fish flag flower fox friend frog garden gate ghost giant girl glove goat guard hammer harbour
hat hen hill horse house island jacket judge kettle key king kitchen kite ladder lake lamp leaf letter lion map melon
miller mirror monkey moon mountain mouse nail neighbour nest nurse oar onion orchard otter oven owl painter paper
parrot pear pencil piano picture pig pilot pirate plate poet pond potato prince queen rabbit radio ribbon ring river
road robin roof rope sailor saw scarf school seal shadow sheep ship shoe shop singer sister snail soldier spoon stable
star stone storm stranger string student table tailor teacher tent thief tiger tower train tree tulip uncle valley
violin wagon wall watch whale wheel whistle window wolf woman wood writer yard zebra
"""
_QUALITIES_TEXT = """
angry blue bold brave bright broken brown busy calm careful cheap clean clever cold crooked dark deep dry dusty early
empty famous fast fat fine flat fresh friendly full gentle golden good great green grey happy hard heavy high hollow
honest huge hungry kind large late lazy light little lonely long loud low lucky narrow new nice noisy odd old open
pale patient plain polite poor pretty proud purple quick quiet rare red rich round rusty sad sharp shiny short shy
silent silver simple sleepy slow small smooth soft sour square steep strange strong sudden sweet tall thick thin tidy
tiny tired ugly warm weak wet white wide wild wise wooden yellow young
"""
# Each with its past and its form in -ing.
_DEEDS_TEXT = """
answer/answered/answering ask/asked/asking bite/bit/biting blame/blamed/blaming bring/brought/bringing
build/built/building greet/greeted/greeting call/called/calling carry/carried/carrying catch/caught/catching
chase/chased/chasing clean/cleaned/cleaning count/counted/counting cover/covered/covering draw/drew/drawing
drop/dropped/dropping fear/feared/fearing feed/fed/feeding find/found/finding fix/fixed/fixing
follow/followed/following forget/forgot/forgetting hear/heard/hearing help/helped/helping hide/hid/hiding
hold/held/holding know/knew/knowing lead/led/leading leave/left/leaving like/liked/liking lose/lost/losing
love/loved/loving make/made/making meet/met/meeting miss/missed/missing move/moved/moving need/needed/needing
trick/tricked/tricking paint/painted/painting pass/passed/passing pay/paid/paying pull/pulled/pulling
push/pushed/pushing reach/reached/reaching remember/remembered/remembering serve/served/serving send/sent/sending
show/showed/showing sketch/sketched/sketching stop/stopped/stopping take/took/taking teach/taught/teaching
thank/thanked/thanking touch/touched/touching trust/trusted/trusting visit/visited/visiting want/wanted/wanting
warn/warned/warning wash/washed/washing watch/watched/watching
"""
_PLACES_TEXT = """
in the rain|by the sea|under the bridge|before dawn|after lunch|on the hill|at noon|near the old mill|behind the
shop|for no reason|without a word|all day long|in the dark|on the other side of the river|with both hands|from the
roof|at the end of the road|between two tall towers|once more
"""

_FIRST_NAMES_TEXT = """
Siobhan Xiomara Aoife Niamh Caoimhe Saoirse Ptolemy Thaddeus Zbigniew Wojciech Agnieszka Ngozi Chukwuemeka Anneliese
Ekaterina Vsevolod Svetlana Dmitri Guillaume Genevieve Beauregard Hyacinth Philomena Persephone Penelope Calliope
Eurydice Ignatius Barnaby Cuthbert Ethelred Aethelstan Gwendolyn Myfanwy Rhiannon Llewellyn Eilidh Hamish Torquil
Isolde Leocadia Anastasia Bartholomew Cornelius Demetrius Ezekiel Fyodor Gustavo Hortensia Ingeborg Jehoshaphat
Kazimir Lakshmi Mahershala Nebuchadnezzar Octavia Parvati Quentin Rosencrantz Sigourney Thelonious Ulysses Venkatesh
Wilhelmina Xanthe Yevgeny Zenobia Bjork Joaquin Tuesday Quvenzhane Ximena Oluwaseun Tadhg
"""
_LAST_NAMES_TEXT = """
Featherstonehaugh Cholmondeley Marjoribanks Dalziel Menzies Wriothesley Beauchamp Szymborska Krzyzewski Brzezinski
Tchaikovsky Rachmaninoff Mussorgsky Dostoevsky Shostakovich Nguyen Papadopoulos Ramanujan Balasubramanian
Chandrasekhar Okonkwo Achterberg Vanderbilt Oppenheimer Schwarzenberg Knausgaard Kierkegaard Bjornsson Huygens Czerny
Dvorak Villeneuve Delacroix Toulouse Rousseau Beaumarchais Iglesias Echeverria Zubizarreta Ibarretxe Quintanilla
Yamaguchi Tsukamoto Hashimoto Kuznetsova Wolstenholme Pemberton Throckmorton Higginbotham Ravenscroft Windlesham Ashby
Ockham Quixley Zouche Yarborough Uttley Ilchester Jeavons Kynaston Lygon
"""
_TOWNS_TEXT = """
Worcester Leominster Llandudno Aberystwyth Machynlleth Kirkcudbright Reykjavik Ouagadougou Antananarivo Tegucigalpa
Albuquerque Schenectady Poughkeepsie Saskatoon Wagga-Wagga Woolloomooloo Gloucester Bournemouth Edinburgh Loughborough
Timbuktu Zanzibar Vladivostok Bydgoszcz Eindhoven Ghent Ypres Marseilles Guadalajara Oaxaca Cusco Yaounde Djibouti
Phuket Kyrgyzstan Chhattisgarh Thiruvananthapuram Slough Ely Ur Aix Oudtshoorn Tallahassee Chattanooga Mississauga
"""
_ODD_SPELLINGS_TEXT = """
queue rhythm colonel yacht phlegm gnome psalm knight pneumonia mnemonic xylophone asthma isthmus diphthong
chrysanthemum rendezvous bourgeois connoisseur manoeuvre hors-d'oeuvre lieutenant choir quay subpoena segue epitome
hyperbole catastrophe bologna facade sergeant mortgage island aisle receipt debt doubt plumber tomb womb comb thumb
numb solemn autumn column hymn condemn wrestle wreath wrinkle sword answer salmon calf yolk folk chalk could dough
cough bough through thorough tough hiccough plough drought fought caught laughter daughter haughty naughty weigh
sleigh height sleight reign foreign sovereign feign gnat gnaw sign malign resign knuckle knead knapsack pseudonym
psychology pterodactyl ptarmigan mischievous miscellaneous onomatopoeia syzygy zephyr sphinx crypt myrrh lymph nymph
pygmy glyph cwm vacuum continuum skiing bookkeeper committee balloon raccoon voodoo kangaroo tattoo aardvark bazaar
baccarat archaeology aesthetic encyclopaedia oesophagus haemorrhage rhubarb rhinoceros rhododendron rheumatism
silhouette questionnaire bureaucracy entrepreneur reconnaissance surveillance souvenir liqueur chauffeur amateur
grandeur ballet bouquet gourmet depot debris apropos faux-pas coup corps viscount indict victuals boatswain forecastle
coxswain cupboard waistcoat clothes months sixths twelfths strengths glimpsed
"""

# Words of one sound each, and of a sound that is easily taken for it: qualities, things, deeds in the past, a name.
_SOUNDS_TEXT = """
slim shy slick shiny salty shabby | sash shell ship shawl seashell shelf sister sheet | shook sold shelled sewed
shipped sought | Sasha Sheila Selma
;
brown blue plain pale bent prickly broad plump | plum bridge pebble bramble plank blanket pretzel puppy | broke
bought pickled pricked brought blamed | Blake Priscilla Bridget
;
red lilac rare lazy royal light low rural | lorry ruler lily rally library railing loris roller | rolled lured
rallied led relayed ruled | Larry Laurel Rory
;
free thick feeble thrifty thorny funny thin fresh | thief thistle feather thimble frog thumb thread fang | found
thought threw fetched thawed freed | Theo Freda Thelma
;
true cheap trim chilly tricky choosy tragic cheerful | tree cheese truck chicken trench cherry church trout | chose
trusted chewed tracked chased traded | Chuck Trudy Trisha
;
wet white wild weary weird wide red rich | whistle wrist river winter worm rivet whale raven | whirled wrote wore
ran washed wrapped | Wendy Rowan Warren
;
crisp cracked clean grey green glad crude glum | crown glass cricket glue crow clam grape crab | crushed grew clapped
grabbed claimed glued | Craig Greta Claude
;
stiff sticky spare smart strict swift sneaky snug | stick spout snake string skirt swan spruce stork | stuck spun
sneaked stopped skipped swapped | Stan Spencer Stella
;
noisy new many mild numb narrow mean neat | minnow nanny money moon enemy menu lemon noon | knew named mended meant
moved numbered | Minnie Norman Nina
;
velvet fine vain fair vast foul vivid violet | veil fan vine fern vest van fever viper | fanned valued fed vexed
filled voiced | Vera Finn Victor
;
tiny deep tidy dull damp tired dark tall | toad daddy turtle dot total tide duty debt | told dared tied dotted
tugged dated | Tilda Daddy Ted
"""


@dataclass(frozen=True)
class Sound:
    """Words that begin with the same sound or with one close to it."""

    qualities: tuple[str, ...]
    things: tuple[str, ...]
    deeds: tuple[str, ...]
    names: tuple[str, ...]


def _sound(text: str) -> Sound:
    qualities, things, deeds, names = (tuple(part.split()) for part in text.split("|"))
    return Sound(qualities, things, deeds, names)


THINGS, QUALITIES, FIRST_NAMES, LAST_NAMES, TOWNS, ODD_SPELLINGS = (
    tuple(text.split())
    for text in (
        _THINGS_TEXT,
        _QUALITIES_TEXT,
        _FIRST_NAMES_TEXT,
        _LAST_NAMES_TEXT,
        _TOWNS_TEXT,
        _ODD_SPELLINGS_TEXT,
    )
)
DEEDS = tuple((base, past, going) for base, past, going in (deed.split("/") for deed in _DEEDS_TEXT.split()))
PLACES = tuple(" ".join(_PLACES_TEXT.split()).split("|"))
SOUNDS = tuple(_sound(text) for text in _SOUNDS_TEXT.split(";"))
