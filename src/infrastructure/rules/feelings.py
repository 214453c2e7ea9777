from domain.emotion import SessionEmotion

# Phrases and how much each tells. The longest phrase wins, so "buồn cười" (funny) is not "buồn" (sad). A phrase is also
# found without its accents, except those that start with "=", whose bare letters mean something else.

HAPPY = {
    2.0: "vui quá|vui ghê|vui lắm|vui cực|so happy|very happy|so fun|so much fun|hạnh phúc|thích ơi là thích",
    1.5: "vui|buồn cười|cười đau bụng|yay|hooray|hurray|fun|so funny|funny|happy",
    1.2: "haha|hihi|hehe|ha ha|hi hi|he he|hì hì|=hà hà|sướng|thích mê|phấn khích|love you|yêu pika|=yeah|=lol",
    0.7: "chơi nữa|hát nữa|nhảy nữa|nữa đi|lần nữa đi|again again|play again|one more time|let's play|"
    "chơi thôi|thắng rồi|tuyệt vời|tuyệt quá|i won|we won|high five|woohoo|yippee|silly|ngộ ghê",
}
INTERESTING = {
    1.2: "thú vị|hay quá|hay thế|hay ghê|hay nhỉ|hay thật|hay lắm|hay ha|tò mò|muốn biết|kể thêm|kể tiếp đi|"
    "kể nữa đi|interesting|so interesting|curious|tell me more|want to know|fascinating|hấp dẫn",
    0.9: "wow|oa|woa|whoa|=uầy|=ngầu|cool|so cool|awesome|amazing|=ồ|ước gì|cực kỳ|khám phá|i wish|no way|"
    "ghê thế|thích lắm|thích cực|=mê|rất thích|love|i love|giỏi ghê|hóa ra|siêu",
    0.5: "luôn đó|dễ thương quá|muốn xem|muốn thử|want to see|want to try|want to build|want to learn|tớ thích|"
    "con thích|em thích|mình thích|i like|i really like|really|tưởng tượng|phát minh",
}
BORING = {
    2.0: "chán|chán quá|chán lắm|chán phèo|chán ngắt|boring|bored|so boring|nhạt nhẽo|tẻ nhạt|dull",
    1.4: "buồn ngủ|không thích nữa|không muốn nói nữa|không chơi nữa|không học nữa|không nói nữa|"
    "không nghe nữa|không đọc nữa|không làm nữa|not fun|sleepy|tired of|nothing to do|stop now|"
    "want to stop|wanna stop|want to go",
    0.8: "=mệt|mệt quá|mệt rồi|mệt lắm|gì cũng được|sao cũng được|tùy|whatever|meh|nah|no thanks|tired|"
    "i'm done|thôi khỏi|không thích|không muốn|chẳng muốn|chả muốn|chả thích|chẳng thích|don't want|"
    "don't like|không nghe đâu|không học đâu|không chơi đâu|không làm đâu|tớ đi đây|con đi đây",
    0.5: "không biết|dunno|don't know|=thôi|kệ|lâu thế|lâu quá|skip|next one",
}
SAD = {
    2.0: "nhớ bà lắm|nhớ mẹ lắm|nhớ mẹ quá|nhớ bố lắm|nhớ nhà lắm|buồn|buồn lắm|buồn quá|khóc|khóc nhè|sad|"
    "so sad|cry|cried|crying|lonely|cô đơn|tủi thân|huhu|=hu hu|=hic|đau lòng",
    1.5: "qua đời|chết rồi|chết mất|bị chết|=chết|died|is dead|=mất rồi|passed away|miss him|miss her|miss you|"
    "miss my|=nhớ bà|nhớ bạn|nhớ mẹ|nhớ bố|nhớ ông|nhớ ba|nhớ nhà|all alone|no one likes|không ai chơi|"
    "không ai thương|không ai yêu|nobody likes|nobody wanted|nobody plays|heartbroken|unhappy|thất vọng|"
    "disappointed",
    1.0: "=ốm|bị ốm|bị lạc|bỏ đi|cãi nhau|bị mắng|mẹ mắng|bố mắng|bị đánh|bị phạt|bắt nạt|bị trêu|điểm kém|=sợ|"
    "sợ lắm|sợ quá|scared|afraid|hurt|hurts|bully|bullied|mean to me|đau quá|=đau lắm|lo lắng|"
    "worried|thương nó",
}
ANGRY = {
    2.0: "tức|tức quá|tức điên|tức giận|bực|bực mình|bực quá|giận|cáu|ghét|=căm ghét|angry|so mad|mad|hate|"
    "shut up|im đi|câm mồm|câm đi|cút đi|=cút|furious|get lost|go away|leave me alone|i'm mad|nổi khùng|"
    "tức thật",
    1.5: "đồ ngốc|đồ ngu|đồ điên|đồ tồi|đồ dở|đồ hâm|đồ đáng ghét|đáng ghét|ngu ngốc|ngu thế|stupid|dumb|idiot|"
    "loser|ugly|đồ khùng|đồ chó|đồ robot|đồ xấu|=ngu|khốn|annoying|unfair|not fair",
    0.8: "=mày|=tao|ăn gian|nói dối|cheater|liar|không thèm|=hừ|kệ mày|đừng có|hết sức chịu",
}

LEXICON = {
    SessionEmotion.HAPPY: HAPPY,
    SessionEmotion.INTERESTING: INTERESTING,
    SessionEmotion.BORING: BORING,
    SessionEmotion.SAD: SAD,
    SessionEmotion.ANGRY: ANGRY,
}

# What a denied feeling says instead: "không vui" is a little sad, "not sad" says nothing.
DENIED = {SessionEmotion.HAPPY: (SessionEmotion.SAD, 0.9), SessionEmotion.INTERESTING: (SessionEmotion.BORING, 0.7)}

FACES = {
    "😀😃😄😁😆😂🤣😊🥳😍🥰🎉": SessionEmotion.HAPPY,
    "🤩🤔😮😲": SessionEmotion.INTERESTING,
    "😢😭😞😔☹🙁💔😥": SessionEmotion.SAD,
    "😡😠🤬😤": SessionEmotion.ANGRY,
    "😴🥱😑😒": SessionEmotion.BORING,
}
