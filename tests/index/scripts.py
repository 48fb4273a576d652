"""The same question in twelve scripts, and a longer passage in some of them."""

QUESTIONS = {
    "Latin": "Jak długo trwa zwrot pieniędzy za rower z Łodzi?",
    "Cyrillic": "Сколько времени занимает возврат денег за велосипед?",
    "Greek": "Πόσο διαρκεί η επιστροφή χρημάτων για ένα ποδήλατο;",
    "Armenian": "Որքա՞ն ժամանակ է պահանջվում գումարը վերադարձնելու համար։",
    "Georgian": "რამდენი ხანი სჭირდება ველოსიპედის თანხის დაბრუნებას?",
    "Hebrew": "כמה זמן לוקח לקבל החזר כספי על אופניים?",
    "Arabic": "كم من الوقت يستغرق استرداد ثمن الدراجة؟",
    "Devanagari": "साइकिल के पैसे वापस मिलने में कितना समय लगता है?",
    "Bengali": "সাইকেলের টাকা ফেরত পেতে কত সময় লাগে?",
    "Thai": "การคืนเงินค่าจักรยานใช้เวลานานเท่าไร",
    "Hangul": "자전거 환불은 얼마나 걸리나요?",
    "Han and Kana": "自転車の返金にはどのくらい時間がかかりますか？退款需要多长时间？",
}
PASSAGES = (
    "Refunds\nWe pay back within 14 days of the parcel's arrival, the same way that you paid: card, Swish or "
    "invoice. A bicycle is checked first, which takes up to three working days longer.",
    "退款\n收到退回的商品后，我们会在14天内按原付款方式退款。自行车需要先检查，最多再加三个工作日。",
    "استرداد المبلغ\nنعيد المبلغ خلال ١٤ يوماً من وصول الطرد، بالطريقة نفسها التي دفعتَ بها.",
)
