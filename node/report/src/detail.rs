//! What a verifier says of a check in one English sentence, said in Chinese: by patterns, because a sentence carries numbers and
//! names. A sentence that fits none stands as it is: it is never left out, and never guessed at.

use crate::language::Language;
use crate::words::{BANDS_SHORT, INTENTS, word};

/// An English sentence with `{}` where something stands, and the Chinese one with the places by number. `{n:band}` is a word of a list.
type Pattern = (&'static str, &'static str);

/// The sentence in that language.
pub fn detail(english: &str, language: Language) -> String {
    // Two clocks that contradict one another are told behind whatever is said of a token that holds.
    if let (Language::Zh, Some((held, why))) = (language, english.split_once(TOO_EARLY)) {
        return format!("{}；GENTIME_BEFORE_HEADER：{}", detail(held, language), detail(why, language));
    }
    let said = || PATTERNS.iter().find_map(|(en, zh)| Some(filled(zh, &places(en, english)?)));
    let zh = if language == Language::Zh { said() } else { None };
    zh.unwrap_or_else(|| english.to_owned())
}

const TOO_EARLY: &str = "; GENTIME_BEFORE_HEADER: ";

/// What stands at the places of a pattern, if the sentence fits it.
fn places<'a>(pattern: &str, sentence: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = sentence.strip_prefix(pieces.next()?)?;
    let (pieces, mut found): (Vec<&str>, _) = (pieces.collect(), Vec::new());
    for (i, piece) in pieces.iter().enumerate() {
        // The last piece is the sentence's end; any other is where it comes first.
        let at = if i + 1 == pieces.len() { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        let (place, after) = rest.split_at_checked(at)?;
        found.push(place);
        rest = after.strip_prefix(piece)?;
    }
    // A name that holds a quotation mark could pretend to end there.
    (rest.is_empty() && !found.iter().any(|place| place.contains('`'))).then_some(found)
}

/// What stands at a place is put in once and not looked at again: a name may hold braces.
fn filled(pattern: &str, places: &[&str]) -> String {
    let (mut text, mut rest) = (String::new(), pattern);
    while let Some((before, (mark, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        text.push_str(before);
        let (number, list) = mark.split_once(':').unwrap_or((mark, ""));
        let place = number.parse().ok().and_then(|i: usize| places.get(i).copied()).unwrap_or_default();
        text.push_str(&match list {
            "band" => word(place, BANDS_SHORT, Language::Zh),
            "intent" => word(place, INTENTS, Language::Zh),
            _ => place.to_owned(),
        });
        rest = after;
    }
    text + rest
}

/// Of two that fit, the first counts: the longer stands first.
const PATTERNS: &[Pattern] = &[
    // The ledger.
    ("the same event in all files, hash {}", "各文件中为同一事件，摘要 {0}"),
    ("the files hold different events; here {}", "各文件中的事件不同；此处为 {0}"),
    ("transaction and checkpoint name the ledger {}", "交易与检查点均指明账本 {0}"),
    ("something is of another ledger than {}", "有内容属于其他账本，而非 {0}"),
    (
        "genesis leads to epoch {}, each set named by a quorum of the one before",
        "自创世可依次推至第{0}届，每届均由前一届法定数指定",
    ),
    (
        "genesis leads to epoch {} by {} changes, {} of them rescues by rescue keys without a quorum (epoch {})",
        "自创世经{1}次变更可推至第{0}届，其中{2}次为应急密钥所作、未经法定数表决（第{3}届）",
    ),
    ("{} links do not lead to epoch {}", "{0}次变更不能推至第{1}届"),
    (
        "the link opens epoch {}, expected {}; give the links in order, from epoch {} on",
        "该次变更开启第{0}届，应为第{1}届；须自第{2}届起依次给出",
    ),
    (
        "the header that opens epoch {} is not of this chain and its validators",
        "开启第{0}届的区块头不属于本链及其验证节点",
    ),
    ("the validators of epoch {} are not those that the header names", "第{0}届的验证节点不是区块头所指明的"),
    (
        "the certificate that opens epoch {} does not hold under the validators before",
        "开启第{0}届的证书按上届验证节点不成立",
    ),
    (
        "the rescue that opens epoch {} lacks the signatures that genesis asks for",
        "开启第{0}届的应急决议缺少创世要求的签名",
    ),
    ("the header names the {} validators of epoch {}", "区块头指明第{1}届的{0}个验证节点"),
    ("which validators signed in this epoch is not known", "不知本届由哪些验证节点签署"),
    ("{} of {} validators finalized height {} (quorum {})", "{1}个验证节点中的{0}个确认了高度{2}（法定数{3}）"),
    ("event {} of the {} that the checkpoint's log holds", "检查点日志中{1}个事件之第{0}号（自0起）"),
    ("{} organisations and keys stand in the ledger's state", "{0}项机构与密钥均在账本状态中"),
    ("entry {} of {} does not stand in the ledger's state", "{1}项中的第{0}项不在账本状态中"),
    ("the header names chain {}", "区块头指明账本 {0}"),
    ("the header names the validator set that the verifier trusts", "区块头指明的正是核验方信任的验证节点集合"),
    (
        "{} of {} validators finalized this header at height {} (quorum {})",
        "{1}个验证节点中的{0}个确认了高度{2}的区块头（法定数{3}）",
    ),
    ("event {} of {} under {}", "日志根 {2} 下{1}个事件之第{0}号（自0起）"),
    // The transaction.
    ("the transaction was signed for another chain", "交易是为其他账本签署的"),
    ("key {} of `{}` is not in the genesis file", "“{1}”的密钥 {0} 不在创世文件中"),
    ("the transaction was signed for another ledger", "交易是为其他账本签署的"),
    (
        "signed by `{}` with key {} of genesis, which is not shown to be in force still",
        "由“{0}”以创世密钥 {1} 签名，无法证明该密钥仍有效",
    ),
    ("signed by `{}` with key {}, in force at the checkpoint", "由“{0}”以密钥 {1} 签名，该密钥于检查点处有效"),
    (
        "signed by `{}` with key {}, retired at height {}; recorded before that",
        "由“{0}”以密钥 {1} 签名，该密钥于高度{2}停用；入账在此之前",
    ),
    (
        "signed by `{}` with key {}, retired at height {}; not recorded before that",
        "由“{0}”以密钥 {1} 签名，该密钥于高度{2}停用；入账不在此之前",
    ),
    ("signed by `{}` with key {}", "由“{0}”以密钥 {1} 签名"),
    ("not signed by `{}` with key {}", "并非由“{0}”以密钥 {1} 签名"),
    (
        "key {} of `{}` is neither in the genesis nor in data/state.bin",
        "“{1}”的密钥 {0} 既不在创世文件中，也不在 data/state.bin 中",
    ),
    // The writing.
    ("the event has a stroke packet but no appraisal", "有笔迹数据包而无评估"),
    (
        "LLR {} milliban ({} against a random person), band {}, grade {}, model {}",
        "log10 LR 为 {0}/1000（相对于随机他人 {1}/1000），{2:band}，{3}级，模型 {4}",
    ),
    ("LLR {} milliban, band {}, grade {}, model {}", "log10 LR 为 {0}/1000，{1:band}，{2}级，模型 {3}"),
    ("packets without an appraisal", "有笔迹数据包而无评估"),
    ("these are the constants and weights of model {}, {} bytes", "所附即模型 {0} 的常数与权重，{1}字节"),
    ("the file is not of model {}, {} bytes", "所附文件不属于模型 {0}，{1}字节"),
    ("no handwriting is involved", "不涉及手写笔迹"),
    (
        "log10 LR {}/1000, no references, band {}, grade {}, model {}",
        "log10 LR 为 {0}/1000，无参考签名，{1:band}，{2}级，模型 {3}",
    ),
    ("log10 LR {}/1000, band {}, grade {}, model {}", "log10 LR 为 {0}/1000，{1:band}，{2}级，模型 {3}"),
    ("not compared, no references, band {}, grade {}, model {}", "未比对，无参考签名，{0:band}，{1}级，模型 {2}"),
    ("not compared, band {}, grade {}, model {}", "未给出数值，{0:band}，{1}级，模型 {2}"),
    ("{} packets have the commitments that the ledger holds", "{0}个数据包与账本所载承诺一致"),
    ("a packet is not the one that the transaction commits to", "有数据包不是交易所承诺的"),
    ("the references are not those that the signing was compared with", "参考签名不是本次签署所比对的"),
    ("a packet names another signer", "有数据包指明其他签名人"),
    ("the packet names another document or another moment", "数据包指明其他文件或其他时刻"),
    ("the strokes are not those that were appraised", "笔迹不是被评估的笔迹"),
    (
        "the packet names this signer and this act, and its strokes are those that were appraised",
        "数据包指明本签名人与本次签署，其笔迹正是被评估的笔迹",
    ),
    ("no packet is at hand", "没有数据包可供检查"),
    ("the signature over a packet does not hold", "对某数据包的签名不成立"),
    ("a packet is not signed", "有数据包未经签名"),
    ("signed with a key of the submitting organisation", "由提交机构的密钥签名"),
    (
        "signed with a key that is neither in genesis nor in data/state.bin",
        "签名密钥既不在创世文件中，也不在 data/state.bin 中",
    ),
    // The matter.
    ("matter `{}` has {} events, sum {}", "事项“{0}”有{1}个事件，累加值 {2}"),
    ("the ledger holds nothing about matter `{}`", "账本中没有事项“{0}”的任何内容"),
    ("the ledger holds nothing about this matter", "账本中没有该事项的任何内容"),
    ("the matter was not checked", "未检查该事项"),
    ("of another matter or another checkpoint", "属于其他事项或其他检查点"),
    ("{} of {} events, recomputed sum {}", "{1}个事件中的{0}个，重算的累加值为 {2}"),
    ("an absent matter has no events", "不存在的事项没有事件"),
    ("the events are not at hand", "没有事件可供检查"),
    (
        "the transaction was signed after block {}, which was made {} ms before the commit",
        "交易在区块{0}之后签名，该区块产生于入账前{1}毫秒",
    ),
    ("block {} is not the earlier block that the signing names", "区块{0}不是签署所引用的在先区块"),
    ("access to its packet was given to {}", "曾准许以下机构查阅其数据包：{0}"),
    ("an access names another event, or came before it: {}", "有查阅许可指向其他事件或早于本事件：{0}"),
    (
        "`{}`, {} bytes: its {} is what the event names; the name and kind are the maker's word",
        "“{0}”，{1}字节：其 {2} 摘要正是事件所载；文件名与类型仅为制作者陈述",
    ),
    ("`{}` is said to have {} bytes, which is not what the event says", "“{0}”称有{1}字节，与事件所载不符"),
    ("`{}` is not the document that the event names", "“{0}”不是事件所指的文件"),
    ("`{}` asked `{}` to sign under {} after block {}", "“{0}”要求“{1}”在区块{3}之后于提示码 {2} 下签名"),
    ("the event does not answer this prompt", "事件与该提示码不符"),
    ("which validators signed in which epoch is not known", "不知各届由哪些验证节点签署"),
    ("{} proven, of {}", "已证明{0}项，涉及：{1}"),
    ("the proof of fault {} does not hold", "第{0}项违规证明不成立"),
    (
        "{} of the {} needed: {}; the policy names what no organisation here is called: {}",
        "需{1}家，计入{0}家：{2}；策略文件所列、证据包内没有的机构名称：{3}",
    ),
    ("{} of the {} needed: {}", "需{1}家，计入{0}家：{2}"),
    (
        "no policy was given: which organisations are independent of the parties is not known",
        "未给出策略：不知哪些机构独立于当事人",
    ),
    (
        "event {} enrolled the references {} days before the signing; the policy allows {}",
        "参考签名由事件{0}登记，早于签署{1}天；策略允许{2}天",
    ),
    ("event {} enrolled the references {} days before the signing", "参考签名由事件{0}登记，早于签署{1}天"),
    ("the enrolment of the references is not in the package", "证据包中没有参考签名的登记"),
    (
        "the enclosed enrolment is not that of the references that the signing was compared with",
        "所附登记不是本次签署所比对参考签名的登记",
    ),
    // Evidence of will.
    ("a result was made for another ledger", "有结果是为其他账本出具的"),
    ("no step of the matter carries a result's digest", "事项中没有步骤载有某结果的摘要"),
    ("a result is about another signer", "有结果针对其他签名人"),
    ("a result is about another document", "有结果针对其他文件"),
    ("a result claims a later time than the step that carries it", "有结果所称时间晚于载有它的步骤"),
    (
        "steps of the matter carry {} results of providers: {} {} (`{}`), {} {} (`{}`), …",
        "事项步骤载有{0}项服务方结果：{1:intent}{2:intent}（“{3}”）、{4:intent}{5:intent}（“{6}”）等",
    ),
    (
        "steps of the matter carry {} results of providers: {} {} (`{}`), {} {} (`{}`)",
        "事项步骤载有{0}项服务方结果：{1:intent}{2:intent}（“{3}”）、{4:intent}{5:intent}（“{6}”）",
    ),
    (
        "steps of the matter carry {} results of providers: {} {} (`{}`)",
        "事项步骤载有{0}项服务方结果：{1:intent}{2:intent}（“{3}”）",
    ),
    (
        "of {} results of providers some do not show the will at the signing: {} {} (`{}`), {} {} (`{}`), …",
        "{0}项服务方结果中有不能说明签署当时意愿的：{1:intent}{2:intent}（“{3}”）、{4:intent}{5:intent}（“{6}”）等",
    ),
    (
        "of {} results of providers some do not show the will at the signing: {} {} (`{}`), {} {} (`{}`)",
        "{0}项服务方结果中有不能说明签署当时意愿的：{1:intent}{2:intent}（“{3}”）、{4:intent}{5:intent}（“{6}”）",
    ),
    (
        "of {} results of providers some do not show the will at the signing: {} {} (`{}`)",
        "{0}项服务方结果中有不能说明签署当时意愿的：{1:intent}{2:intent}（“{3}”）",
    ),
    // Time-stamps.
    ("the answer is longer than {} bytes", "应答长于{0}字节"),
    ("the authority refused: status {}", "时间戳机构拒绝签发：状态{0}"),
    ("the token has a critical extension, and none is known here", "令牌含有关键扩展，而本程序不识别任何此类扩展"),
    ("the chain is longer than is followed here", "证书链超出本程序追溯的长度"),
    ("there are more ways to a root than are followed here", "通往根证书的路径多于本程序所追溯的数目"),
    ("the certificate is signed with an algorithm that is not known here", "证书的签名算法为本程序所不识别"),
    ("the list is signed with an algorithm that is not known here", "吊销列表的签名算法为本程序所不识别"),
    ("the digest algorithm is not known here", "本程序不识别该摘要算法"),
    ("the signature algorithm is not known here", "本程序不识别该签名算法"),
    ("keys of kind {} are not known here", "本程序不识别类型为{0}的密钥"),
    ("an RSA key of {} bits is not relied on here", "本程序不信赖{0}位的RSA密钥"),
    ("{} is broken and proves nothing", "{0}已被攻破，不能证明任何内容"),
    ("{} does not fit the key of the certificate", "{0}与证书的密钥不相配"),
    ("the signed content type is another one", "所签的内容类型不同"),
    ("the signed digest is of other content", "所签的摘要属于其他内容"),
    ("{}: is not the DER that belongs here", "“{0}”不是此处应有的DER编码"),
    ("which validators signed the stamped header is not known", "不知加盖时间戳的区块头由哪些验证节点签署"),
    (
        "the stamped header is not one of this ledger that contains the event",
        "加盖时间戳的区块头不属于本账本，或不含本事件",
    ),
    (
        "`{}` saw the header at {}, accurate to {} ms; no policy says whether that is to be believed",
        "“{0}”于{1}见到该区块头，精度{2}毫秒；没有策略说明其是否可信",
    ),
    (
        "`{}` saw the header at {}; no policy says whether that is to be believed",
        "“{0}”于{1}见到该区块头；没有策略说明其是否可信",
    ),
    ("`{}` saw the header at {}, accurate to {} ms", "“{0}”于{1}见到该区块头，精度{2}毫秒"),
    ("`{}` saw the header at {}", "“{0}”于{1}见到该区块头"),
    (
        "a token claims {}, and the header that it is over says that it was made at {}",
        "有令牌称 {0}，而其所盖区块头自称产生于 {1}",
    ),
    ("the token is about something else: its imprint differs", "令牌针对其他内容：其摘要不符"),
    ("the imprint is {}, not {}", "令牌摘要算法为{0}，应为{1}"),
    ("the imprint uses a hash that is not known here", "令牌使用了本程序不识别的摘要算法"),
    ("a token has exactly one signature", "令牌应恰有一个签名"),
    ("there is no token to check", "没有令牌可供检查"),
    ("the policy asks for a time-stamp, and there is none", "策略要求时间戳，而没有时间戳"),
    ("there is no time-stamp that holds", "没有成立的时间戳"),
    ("the certificates beside the token are not PEM", "令牌所附证书不是PEM格式"),
    ("the certificate of the authority is not at hand", "没有时间戳机构的证书"),
    ("the token was signed with another certificate than it names", "签署令牌的证书不是令牌所指明的"),
    ("the token does not name its certificate (signingCertificate)", "令牌没有指明其证书（signingCertificate）"),
    (
        "`{}` is no certificate for time-stamping alone (critical extKeyUsage)",
        "“{0}”的证书不是专用于时间戳的证书（关键扩展extKeyUsage）",
    ),
    ("{} at {}; no revocation list of that day is kept", "{0}，于{1}；没有当日的吊销列表"),
    ("{} at {}; not revoked by {} lists of that day", "{0}，于{1}；当日{2}份吊销列表中均未吊销"),
    ("`{}` was not valid at {}: {}", "“{0}”在{1}无效：{2}"),
    ("`{}` has the critical extension {}, which is not known here", "“{0}”含有本程序不识别的关键扩展{1}"),
    ("`{}` may not issue `{}`", "“{0}”无权签发“{1}”"),
    ("no certificate at hand leads to a root that is trusted here", "现有证书均不能追溯到受信任的根证书"),
    ("{} does not hold", "{0}不成立"),
    ("`{}` was revoked", "“{0}”已被吊销"),
];

#[cfg(test)]
mod tests;
