"""What words of Turkish market chat are worth, by stem. Pure data, written without case and Turkish marks.

A stem is found with any ending: a noun's, or a verb's with its tense and its "not". The longest stem that fits a word
wins, so a stem worth nothing keeps longer words apart from shorter ones ("dusun", to think, from "dus", to fall).
"""

VERBS = """
0.9 uc sahlan firla roketle cos
0.7 yuksel artir art kazan kazandir toparla toparlan tirman parla guclen katla hizlan canlan gulumse degerlen sevin
0.6 rahatla iyiles duzel begen keyiflen guven umutlan destekle basar kurtar sev gul yesillen zipla buyu
0.6 eglen gururlan onayla odullen parilda ferahla toparlar kolaylas begenil ovul kutla parlat
-0.9 bat cok cakil cak batir patlat kahrol mahvol yan mahvet
-0.7 dus gerile kaybet kaybed eri azal zayifla kork uzul bunal daral surun ezil sars incit agla tuken yarala delir
-0.6 cildir silkele kacir kotules durgunlas in yorul yor sik sikil usan endiselen kaygilan yanil bik sinirlen kiz dokul
-0.6 yik yikil yipran yipratti bogul bunalt kus tokezle sendele tirs urk bezdi aldan kandir kandiril vurul cozul
-0.6 daglan sarsil
-0.6 bozul tikan geril darlan suphelen zorlan gecik
0 bit gec hafifle kalk kapan kapat dagil yavasla yumusa son gevse durul kabar indir
"""
NOUNS = """
0.9 muhtesem harika super sahane mukemmel efsane tavan ralli bayram
0.7 iyi guzel olumlu pozitif basarili basari kazanc saglam guclu yukselis rekor zirve yesil mutlu keyifli keyif umut
0.7 sevindirici ferah coskulu cosku guven firsat bereket tebrik helal bravo artis toparlanma prim rahat sevinc umutlu
0.6 guvenli karli kar dengeli hos tatli ucuz cazip verimli saglikli huzur huzurlu neseli nese memnun canli temiz nefis
0.6 hayirli sansli lezzetli makul guvenilir parlak heyecanli kaliteli sukur tesekkur eyvallah hosnut iyilesme oley
0 telafi
0.6 gurur muthis muazzam enfes iyimser istikrarli istikrar avantaj faydali fayda basarilar masallah kolay hayran zengin
0.5 heyecan bol yildiz neseyle buyume destek dayanikli kazanim alkis odul isik kutlu lezzet tatmin guvende olaganustu
0.4 yukari insallah
-0.9 berbat rezalet rezil felaket facia cokus iflas taban kabus batik igrenc korkunc vahim feci cop
-0.7 kotu olumsuz negatif dusus gerileme kirmizi uzgun uzuntu mutsuz moralsiz umutsuz stresli endiseli
-0.7 kaygili pisman kazik tuzak dolandirici tehlikeli sikintili zayif yazik riskli kasvet kasvetli
-0.7 karamsar umutsuzluk guvensiz basarisiz karanlik cile eziyet eyvah
-0.6 fena bozuk sorunlu kirilgan belirsiz gergin tedirgin tedirginlik bela pahali sisik dusuk yorgun
-0.6 sacma yalan husran keyifsiz tatsiz cansiz zor agir aci maalesef malesef kahretsin imdat sinir sinirli bunalim
-0.6 bikkin daralma keske of supheli suphe hata yanlis huzursuz isteksiz kuskulu kusku halsiz buruk
-0.6 ofke ofkeli kizgin nefret utanc ayip haksiz haksizlik magdur perisan yenilgi caresiz caresizlik bosuna bosa heba
-0.6 ziyan
-0.6 yetersiz kotumser sok darbe vurgun manipulasyon hile kumpas yikim cokuntu dagildik gozyasi karmasa tehdit ceza
-0.6 haciz
-0.6 kulfet kahir lanet sonuk vasat urkek sikayet isyan bunaltici bogucu yorucu azalma zarardayim buhran kesat olu
-0.4 asagi daralmis
"""
BURDENS = """
-0.7 kayip kriz sikinti dert tehlike sorun problem kaos risk zarar borc korku panik endise belirsizlik issizlik
-0.7 gerilim baski stres kaygi
-0.7 pahalilik satici
0 enflasyon faiz vergi volatilite oynaklik maliyet
"""
"""Things of which less is better, with what their mere mention is worth."""
NOTHING = """
alti artik arti azerba batarya batid batil batman cokca cokla coklu coktan dusun erdem eris ezber guncel gunluk inan
indirim insan ince incele iyice karakt karar karga karis karin kariyer karma karne karnim karsan karsi kart kardes kizim
kizin kizlar kosul kurtul sevgili seviye sikca sikma sonbahar sonra sonuc sonucta sonund toplam tutar ucret ucuncu ucund
uzat uzman yalniz yanas yandas yani yanin yanit yanki yanlizca yesilkoy yorum zorund zorunlu sevda bitcoin gecen gecer
gecis yanda yanind
"""
PHRASES = """
0.9 tavan yap|tavan ol|tavan ac|roket gibi|aya gid|ucusa gec
0.7 dip yapip don|dipten don|dipten topla|yesil yak|yesile don|yesile gec|alim gel|alici gel|para giri|yuz guldur
0.7 yuzum gul|yuzumuz gul|deger kazan|gozumuz aydin|ic acici|icim rahat|ici rahat|keyfim yerinde|keyifler yerinde
0.7 moralim yuksek|moralim yerinde|moraller yuksek|eline saglik|agzina saglik|emegine saglik|umut ver|onu acik|yolu acik
0.7 zarari kapat|zarardan cik|zararim kapan|kayiplari geri al|kayiplari telafi|direnci kir|direnci as|ivme kazan
0.7 beklentiyi as|beklentinin uzerinde|beklentilerin uzerinde|beklentileri as|guven ver|nefes al|ayaga kalk|iyi ki
0.7 prim yap|ustune koy|tadindan yenm|cicek gibi|yuzumu agart|ici sin|icime sin|hosuma gid|keyfi yerinde|moral ver
0.7 umut isig
0.7 kendine gel|kendimize gel|satici yok|satici kalm|alan alana
0.6 hayirli olsun|kar et|kara gec|kar yaz|kar acikla|kar getir|kardayim|yerli yerinde|sans gul|artiya gec|artida
-0.7 moralim yok|alici yok|alim yok|hacim yok|ilgi yok|care yok|hali yok|satan satana|hasta ed|gidis gidis deg|bulamad
-0.9 dibi gor|yerle bir|kan gol|kan kayb|kan agl|taban yap|taban ol|elimde patla|elimizde patla|stop patla|cehennem
-0.8 satis ye|mal kal|elimizde kal|elde kal|elimde kal|tokat ye|dayak ye|cuvalla|yere cak|sert satis|tepetaklak|kazik ye
-0.7 satis gel|satis baski|satis dalga|satis yag|satici bask|para cik|deger kayb|deger kaybed|moral boz|morali boz
-0.7 moralim boz|moralim sifir|can sik|canim sik|canimi sik|canimiz sik|ic karart|kafam boz|sinir boz|tadi kac|tadim kac
-0.7 icim karar|uykum kac|uykularim kac|uyku kac|beklentinin alt|beklentilerin alt|destegi kir|ayi piyasa|dibe vur
-0.7 dip yap|yuregim agz|hayal kirik|ne yazik ki|elim yan|eli yan|cani yan|canim yan|canimiz yan|kar satis|guc kayb
-0.7 ivme kayb|ters kose|geri cekil|basim agr|bas agri|burun kivir|gecmis olsun|zarar et|zarar yaz|ekside|eksiye
-0.7 icim aci|icim ac|kotu koku|yere ser|yerin dibi|yerlerde|zarar ac|hayra alamet deg|hayir gelm|hayir yok
-0.7 cekilecek gibi deg|pes et|icler aci|bos yere|agzi yan|cepten ye|yalan soyle
0 yuksek sesle|son gun|son durum|son dakika|yerini al|soz al|not al|haber al|ders al|goz at|listeme ekle|yer al|ise al
0 dikkate al
0 ele al|ac kal
"""
ACTS = """
0.6 al topla ekle biriktir tasi inan
-0.6 sat bosalt uzaklas kac
"""
"""What somebody does with a thing, which says what they expect of it: counted only in what is said about a topic."""
STANDS = """
0.6 uzun vade|elimde tut|portfoyumde|sicak bak|favori|gozdem|gozbebe|sigin|vazgecme|arkasinda|hep var
-0.6 uzak dur|uzagim|bana uzak|defterime uzak|mesafeli|bana gore deg|isim olmaz|soguk bak|sogugum|piyango|kumar|balon
-0.6 fal gibi|hikaye
-0.6 yukselmesi zor
"""
UP = "yuksel art artir tirman artis yukselis yuksek hizlan katla cos zirve rekor buyu kabar firla uc"
DOWN = """
dus azal gerile eri dusus dusuk gerileme bit gec hafifle kalk kapan kapat dagil in indir zayifla yavasla yumusa son
gevse durul cok
"""
INTENSIVE = "iyi guzel fena rekor guclu saglam super temiz tatli efsane feci"
"""Before a verb of the other colour these only say how much: "fena uctu", "guzel caktilar"."""
MORE = {"cok": 1.3, "asiri": 1.3, "baya": 1.2, "bayagi": 1.2, "epey": 1.2, "gayet": 1.2, "biraz": 0.8, "azicik": 0.7}
DOUBTS = "san dusun bekle inan zannet zanned gor"
ENDS = "bit son kalk dagil hafifle durul telafi"
"""What is over is no longer good, or no longer bad: "düşüş bitti"."""
UNSURE = "bilmem bilmiyorum bilemem bilemiyorum bilemedim kararsizim belki"
ASSETS = """
dolar euro avro sterlin altin gumus platin borsa bist bitcoin btc ethereum eth kripto petrol brent dogalgaz faiz
enflasyon nasdaq tahvil fon banka bankalar eurobond usdtry eurtry ons bakir konut mevduat hisse kagit havacilik
teknoloji temettu sanayi celik otomotiv gayrimenkul
"""
AGREES = """
katiliyorum|katilirim|aynen|haklisin|haklisiniz|kesinlikle|tabii|tabi ki|elbette|evet|bence de|ayni fikir|ayni gorus
ayni dusun|ben de oyle|ben de ayni|ben de boyle|dogru diyor|dogru soyl|dogru de|cok dogru|dogrudur|arti bir|imzami at
altina imza|hemfikir|oyle valla|oyle gercekten|iyi demis|guzel demis|guzel dedin|guzel soyle|iyi dedin|iyi soyle
hem fikir|bende de oyle|bana da oyle|bana da ayni|seninle ayni|ayni sey|aklin yolu bir|isabetli|yerinde tespit
yerinde bir|iyi tespit|guzel tespit|dogru tespit|nokta atisi|orasi oyle|orasi dogru|vallahi oyle|valla oyle|ayni kafa
dilime tercuman|mantikli|onayliyorum|agzina saglik|eline saglik|dedigin gibi|dediginiz gibi|dogrusun
"""
DISAGREES = """
katilmiyorum|katilmam|katilamay|katilamiy|hayir|yanlis|oyle degil|boyle degil|ayni fikirde degil|hemfikir degil
dogru degil|hakli degil|haksizsin|emin degil|tam tersi|tersini|alakasi yok|ne alaka|sacma|sanmam|sanmiyorum|zannetm
dusunmuyorum|abart|itiraz|yok artik|yok ya|yok be|yok canim|pek degil|bence degil|aksini|aksine|mumkun degil|inanmiyorum
inanmam|olmaz oyle|hic de|ne munasebet|yaniliyor|yanildin|yanilirsin|karsiyim|ikna olma|ikna et|ters dus|farkli bak
farkli dusun|farkli gor|oyle gorm|nereden cikar|uydurma|kabul et|mantikli degil|mantiksiz|tam oyle degil|o kadar degil
isabetli degil|haksizlik|gercekci degil|kabul edem
"""
