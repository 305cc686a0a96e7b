// SPDX-License-Identifier: Apache-2.0
#include "topics/common_words.hpp"

#include <algorithm>
#include <array>

namespace tocsin::topics {

namespace {

// Chosen by hand. The backgrounds are terse news items, in which the ordinary words of longer prose
// ("think", "often", "became") are rare; without this list they would look like marks of a topic.
// Both sorted for binary search.
// clang-format off
constexpr std::array<std::string_view, 240> function_words{
    "a", "about", "above", "across", "after", "against", "all", "along", "also", "although",
    "am", "among", "amongst", "an", "and", "another", "any", "anybody", "anyone", "anything",
    "are", "aren't", "around", "as", "at", "be", "because", "been", "before", "behind", "being",
    "below", "beneath", "beside", "besides", "between", "beyond", "both", "but", "by", "can",
    "can't", "cannot", "could", "couldn't", "despite", "did", "didn't", "do", "does", "doesn't",
    "doing", "don't", "down", "dr", "during", "each", "either", "else", "even", "ever", "every",
    "everybody", "everyone", "everything", "except", "few", "for", "from", "had", "hadn't",
    "has", "hasn't", "have", "haven't", "having", "he", "he'd", "he'll", "her", "here", "hers",
    "herself", "him", "himself", "his", "how", "however", "i", "i'd", "i'll", "i'm", "i've",
    "if", "in", "inside", "into", "is", "isn't", "it", "it'd", "it'll", "its", "itself", "just",
    "let", "like", "many", "may", "me", "might", "mine", "more", "most", "mr", "mrs", "ms",
    "much", "must", "my", "myself", "near", "neither", "no", "nobody", "none", "nor", "not",
    "nothing", "now", "of", "off", "on", "once", "one", "only", "onto", "or", "other", "others",
    "ought", "our", "ours", "ourselves", "out", "outside", "over", "own", "per", "perhaps",
    "same", "shall", "she", "she'd", "she'll", "should", "shouldn't", "since", "so", "some",
    "somebody", "someone", "something", "still", "such", "than", "that", "the", "their",
    "theirs", "them", "themselves", "then", "there", "these", "they", "they'd", "they'll",
    "they're", "they've", "this", "those", "though", "through", "throughout", "thus", "till",
    "to", "too", "toward", "towards", "under", "unless", "until", "up", "upon", "us", "versus",
    "very", "via", "was", "wasn't", "we", "we'd", "we'll", "we're", "we've", "were", "weren't",
    "what", "whatever", "when", "whenever", "where", "whether", "which", "whichever", "while",
    "who", "whoever", "whom", "whose", "why", "will", "with", "within", "without", "won't",
    "would", "wouldn't", "yes", "yet", "you", "you'd", "you'll", "you're", "you've", "your",
    "yours", "yourself"};

constexpr std::array<std::string_view, 726> ordinary_words{
    "able", "according", "account", "actually", "add", "added", "adding", "adds", "afford",
    "afp", "again", "age", "ago", "ahead", "allow", "allowed", "allows", "almost", "alone",
    "already", "always", "amount", "amounts", "ap", "apart", "appear", "appeared", "appears",
    "april", "argue", "argued", "argues", "article", "ask", "asked", "asking", "asks", "august",
    "available", "away", "back", "bad", "based", "became", "become", "becomes", "becoming",
    "began", "begin", "beginning", "begins", "begun", "believe", "believed", "believes", "best",
    "better", "big", "billion", "bit", "book", "bring", "brings", "brought", "build", "building",
    "built", "busy", "buy", "call", "called", "calling", "calls", "came", "care", "carried",
    "carry", "carrying", "case", "cases", "cause", "caused", "causes", "certain", "certainly",
    "chance", "change", "changed", "changes", "changing", "check", "choice", "choose", "clear",
    "clearly", "click", "close", "closed", "closely", "come", "comes", "coming", "common",
    "complete", "completely", "concern", "concerned", "concerns", "consider", "considered",
    "continue", "continued", "continues", "copy", "cost", "costs", "count", "course", "cover",
    "cut", "cuts", "daily", "data", "date", "day", "days", "deal", "decade", "decades",
    "december", "decide", "decided", "decision", "describe", "described", "describes", "detail",
    "details", "develop", "developed", "development", "didnt", "difference", "different",
    "difficult", "done", "doubt", "draw", "drawn", "early", "easily", "easy", "effect", "effort",
    "efforts", "eight", "eighteen", "eighty", "eleven", "end", "ended", "ending", "ends",
    "enough", "entire", "entirely", "especially", "etc", "event", "events", "eventually",
    "everywhere", "exactly", "example", "examples", "exist", "expect", "expected", "expects",
    "experience", "explain", "explained", "extent", "face", "faced", "faces", "fact", "facts",
    "fail", "failed", "fall", "far", "fast", "fear", "february", "feel", "felt", "fewer",
    "field", "fifteen", "fifth", "fifty", "figure", "figures", "final", "finally", "find",
    "finding", "finds", "fine", "first", "five", "follow", "followed", "following", "follows",
    "form", "former", "forms", "forty", "forward", "found", "four", "fourteen", "fourth", "free",
    "friday", "front", "full", "fully", "further", "future", "gave", "general", "generally",
    "get", "gets", "getting", "getty", "give", "given", "gives", "giving", "go", "goes", "going",
    "gone", "good", "got", "great", "greater", "greatest", "grew", "group's", "grow", "growing",
    "grown", "half", "hand", "hands", "happen", "happened", "happens", "hard", "hardly", "head",
    "hear", "heard", "held", "help", "helped", "helps", "hence", "high", "higher", "highly",
    "history", "hold", "holds", "hope", "hour", "hours", "house", "huge", "hundred", "hundreds",
    "idea", "ideas", "image", "immediately", "important", "impossible", "include", "included",
    "includes", "including", "increase", "increased", "increasingly", "indeed", "information",
    "instead", "interest", "interested", "involved", "issue", "issues", "january", "july",
    "june", "keep", "keeping", "keeps", "kept", "kind", "knew", "know", "knowing", "known",
    "knows", "lack", "large", "largely", "larger", "largest", "last", "late", "later", "latest",
    "lead", "leading", "leads", "learn", "learned", "least", "leave", "leaves", "leaving", "led",
    "left", "less", "level", "levels", "life", "light", "likely", "line", "link", "linked",
    "list", "little", "live", "lived", "lives", "living", "local", "long", "longer", "look",
    "looked", "looking", "looks", "lose", "loses", "losing", "loss", "lost", "lot", "lots",
    "love", "low", "lower", "made", "main", "mainly", "make", "makes", "making", "man", "man's",
    "manner", "march", "mark", "matter", "matters", "maybe", "mean", "meaning", "means", "meant",
    "meanwhile", "measure", "measures", "meet", "member", "men", "mention", "mentioned",
    "merely", "method", "middle", "million", "millions", "mind", "minute", "minutes", "moment",
    "moments", "monday", "money", "month", "months", "moreover", "morning", "move", "moved",
    "moving", "name", "named", "names", "nearly", "necessary", "need", "needed", "needs",
    "never", "new", "news", "next", "night", "nine", "nineteen", "ninety", "normal", "note",
    "noted", "notes", "november", "number", "numbers", "obvious", "obviously", "occur",
    "occurred", "october", "offer", "offered", "offers", "office", "often", "oh", "ok", "old",
    "older", "open", "opened", "order", "otherwise", "overall", "page", "paid", "part",
    "particular", "particularly", "parts", "past", "pay", "people", "people's", "percent",
    "period", "person", "personal", "photo", "photos", "picture", "piece", "place", "places",
    "plan", "plans", "play", "point", "points", "position", "possible", "possibly", "post",
    "present", "pretty", "previous", "previously", "probably", "problem", "problems", "process",
    "produce", "produced", "provide", "provided", "provides", "public", "put", "puts", "putting",
    "question", "questions", "quickly", "quite", "raise", "raised", "range", "rate", "rather",
    "reach", "reached", "read", "reading", "ready", "real", "really", "reason", "reasons",
    "receive", "received", "recent", "recently", "remain", "remained", "remains", "report",
    "reported", "reportedly", "reporting", "reports", "require", "required", "rest", "result",
    "results", "reuters", "right", "rise", "role", "room", "rule", "run", "running", "runs",
    "said", "saturday", "saw", "say", "saying", "says", "second", "see", "seek", "seeking",
    "seem", "seemed", "seems", "seen", "sense", "sent", "september", "serious", "set", "sets",
    "setting", "seven", "seventeen", "seventy", "several", "short", "shortly", "show", "showed",
    "showing", "shown", "shows", "side", "similar", "simple", "simply", "single", "situation",
    "six", "sixteen", "sixty", "size", "small", "smaller", "sometimes", "somewhat", "soon",
    "sort", "source", "sources", "space", "speak", "spoke", "standard", "start", "started",
    "starts", "stay", "step", "stop", "stopped", "story", "strong", "stuff", "subject",
    "suggest", "suggested", "suggests", "sunday", "sure", "take", "taken", "takes", "taking",
    "talk", "tell", "tells", "ten", "tend", "term", "terms", "that's", "thats", "therefore",
    "thing", "things", "think", "thinking", "third", "thirteen", "thirty", "thought", "thousand",
    "thousands", "three", "threw", "thursday", "time", "times", "title", "today", "together",
    "told", "tomorrow", "tonight", "took", "top", "total", "true", "truth", "try", "trying",
    "tuesday", "turn", "turned", "turning", "twelve", "twenty", "twice", "two", "type", "types",
    "understand", "unlikely", "use", "used", "useful", "uses", "using", "usual", "usually",
    "various", "view", "views", "wait", "want", "wanted", "wants", "watch", "way", "ways",
    "wednesday", "week", "weeks", "well", "went", "whole", "wide", "widely", "wife", "win",
    "wish", "wonder", "word", "words", "work", "worked", "working", "works", "world", "world's",
    "worse", "worst", "worth", "write", "writes", "writing", "written", "wrong", "wrote", "year",
    "year's", "years", "yesterday", "young", "younger", "zero"};
// clang-format on

}  // namespace

bool is_function_word(std::string_view key) {
  return std::binary_search(function_words.begin(), function_words.end(), key);
}

bool is_common_word(std::string_view key) {
  return is_function_word(key) ||
         std::binary_search(ordinary_words.begin(), ordinary_words.end(), key);
}

}  // namespace tocsin::topics
