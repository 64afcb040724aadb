//! Codes and names in the reader's language. A code that is not known here stands as it is: it is never left out.

use crate::language::Language;

/// Chinese and English of a code.
type Entry = (&'static str, &'static str, &'static str);

/// The words for a code of that list; the code itself if it is not in it.
pub fn word(code: &str, list: &[Entry], language: Language) -> String {
    let found = list.iter().find(|(known, ..)| *known == code);
    found.map_or_else(|| code.to_owned(), |(_, zh, en)| language.of(zh, en).to_owned())
}

/// Roles of organisations.
pub const ROLES: &[Entry] = &[
    ("court", "法院", "court"),
    ("archive", "档案机构", "archive"),
    ("notary", "公证/见证机构", "notary"),
    ("operator", "签署平台", "operator"),
    ("auditor", "审计机构", "auditor"),
];

/// Kinds of events.
pub const KINDS: &[Entry] = &[
    ("enroll", "参考签名登记", "enrolment"),
    ("sign", "手写签署", "handwritten signing"),
    ("record", "过程记录", "record"),
    ("anchor", "档案锚定", "archived record"),
    ("attest", "机构陈述", "attestation"),
    ("access", "数据查阅", "access"),
    ("erase", "数据删除", "erasure"),
    ("govern", "治理", "governance"),
    ("fault", "违规证明", "fault proof"),
];

/// Kinds of changes.
pub const CHANGES: &[Entry] = &[
    ("erased", "已删除", "erased"),
    ("restricted", "已限制处理", "restricted"),
    ("superseded", "已被取代", "superseded"),
    ("held", "已依法留存", "under legal hold"),
];

/// Outcomes of checks.
pub const OUTCOMES: &[Entry] =
    &[("VALID", "成立", "VALID"), ("INVALID", "不成立", "INVALID"), ("INDETERMINATE", "无法判断", "INDETERMINATE")];

/// Bands of a ratio.
pub const BANDS: &[Entry] = &[
    ("accept", "接受段（达到本网络的上限阈值）", "accept (at or above this network's upper threshold)"),
    (
        "review",
        "复核段（两阈值之间，或采集条件超出验证范围）",
        "review (between the thresholds, or recorded outside what was validated)",
    ),
    ("reject", "拒绝段（低于下限阈值）", "reject (below the lower threshold)"),
    ("uncompared", "未比对（无参考签名）", "uncompared (no references)"),
];

/// Bands of a ratio, in a sentence.
pub const BANDS_SHORT: &[Entry] = &[
    ("accept", "接受段", "accept"),
    ("review", "复核段", "review"),
    ("reject", "拒绝段", "reject"),
    ("uncompared", "未比对段", "uncompared"),
];

/// What a provider found out about a signer's will, and how it ended.
pub const INTENTS: &[Entry] = &[
    ("sms", "短信验证", "message"),
    ("liveness", "活体检测", "liveness"),
    ("password", "密码", "password"),
    ("reading", "阅读时长", "reading time"),
    ("token", "令牌", "token"),
    ("speech", "语音", "speech"),
    ("passed", "通过", "passed"),
    ("not passed", "未通过", "not passed"),
    ("passed, recorded only after the signing", "通过，签署之后才载入", "passed, recorded only after the signing"),
    (
        "not passed, recorded only after the signing",
        "未通过，签署之后才载入",
        "not passed, recorded only after the signing",
    ),
];

/// Flags of an appraisal.
pub const FLAGS: &[Entry] = &[
    ("SYNTHETIC", "笔迹由程序生成并已声明（演示数据）", "made by a program and says so (demonstration data)"),
    ("NO_PRESSURE", "无笔压数据，未比对笔压", "no pressure, so none was compared"),
    ("SAMPLES_LOST", "落笔采样点有缺失（1%及以上）", "pen-down reports are missing (1 % or more)"),
    (
        "TIME_REPEATED",
        "部分采样点时间未递增，已舍弃（1%及以上）",
        "samples without a time of their own were dropped (1 % or more)",
    ),
    ("SLOW_RATE", "采样率低于每秒100次", "fewer than 100 reports a second"),
    ("EVEN_SPEED", "笔速变化小于绝大多数手写", "the speed varies less than in nearly all handwriting"),
    ("UNKNOWN_SCALE", "设备未说明坐标单位大小", "the device does not say how large its unit is"),
    ("UNTRUSTED_SAMPLES", "采集端标记部分采样点由软件产生", "the capture side marked reports as made by software"),
    (
        "OUTSIDE_VALIDATED",
        "设备或采样率超出已验证范围，不给出数值",
        "device or rate outside what was validated: no number is stated",
    ),
    ("FEW_REFERENCES", "参考签名少于三个", "fewer than three references"),
    (
        "TOO_LIKE_A_REFERENCE",
        "与某参考签名过于接近，应考虑重放",
        "closer to a reference than two signatures of one hand come: consider a replay",
    ),
    ("MACHINE_MADE", "运动规律不像手写", "the movement is one that no hand makes"),
    ("REPLAY", "与该签名人以前的数据包过于接近", "too like an earlier packet of this signer"),
    ("INCOMPLETE", "与参考签名相比内容缺失较多", "much is missing of what the references show"),
    ("MERGED", "含多个签名或重复片段", "more than one signature, or parts repeated"),
    ("CLOCK_TAMPERED", "时间戳不像数字化设备所产生", "time stamps that no digitiser makes"),
    ("TOO_FEW_SESSIONS", "参考签名均在同一次采集中书写", "all references were written in one session"),
    ("TEMPLATE_OLD", "参考签名超过建议年限", "the references are older than recommended"),
];

/// Aspects of a stretch.
pub const ASPECTS: &[Entry] = &[
    ("shape", "字形", "shape"),
    ("speed", "笔速", "speed"),
    ("pressure", "笔压", "pressure"),
    ("pen_lift", "起落笔", "pen lift"),
    ("order", "书写次序", "order"),
];

/// Directions of a stretch.
pub const DIRECTIONS: &[Entry] = &[
    ("other", "形态不同", "another shape"),
    ("faster", "较快", "faster"),
    ("slower", "较慢", "slower"),
    ("harder", "用力较重", "presses harder"),
    ("softer", "用力较轻", "presses less"),
    ("lifted", "参考签名落笔处抬笔", "lifted where the references touch"),
    ("touching", "参考签名抬笔处落笔", "touches where the references are lifted"),
    ("earlier", "书写较早", "written earlier"),
    ("later", "书写较晚", "written later"),
];

/// Kinds of digitisers.
pub const DIGITISERS: &[Entry] = &[
    ("unknown", "未声明", "not declared"),
    ("emr_pen", "电磁感应笔", "electromagnetic pen"),
    ("active_pen", "有源电容笔", "active pen"),
    ("finger", "手指触摸", "finger"),
    ("mouse", "鼠标或触摸板", "mouse or touch pad"),
    ("synthetic", "无设备：程序生成", "no device: made by a program"),
];

/// Postures and instruments.
pub const MANNERS: &[Entry] = &[
    ("unknown", "未声明", "not declared"),
    ("seated", "坐姿", "seated"),
    ("standing", "站姿", "standing"),
    ("handheld", "手持设备", "device in the hand"),
    ("lying", "卧姿", "lying"),
    ("stylus", "设备配套笔", "the device's pen"),
    ("passive_pen", "无源笔", "passive pen"),
    ("finger", "手指", "finger"),
    ("mouse", "鼠标", "mouse"),
];

/// Features of the whole.
pub const FEATURES: &[Entry] = &[
    ("log_seconds", "总时长", "duration"),
    ("log_path", "笔迹总长", "length of the path"),
    ("log_width", "宽度", "width"),
    ("log_height", "高度", "height"),
    ("log_mean_speed", "平均笔速", "mean speed"),
    ("log_top_speed", "最高笔速", "top speed"),
    ("share_rightward", "向右运笔比例", "share of movement to the right"),
    ("share_upward", "向上运笔比例", "share of movement upward"),
    ("strokes", "笔画数", "strokes"),
    ("share_pen_up", "抬笔时间比例", "share of time with the pen up"),
    ("log_mean_speed_change", "笔速变化", "mean change of speed"),
    ("mean_pressure", "平均笔压", "mean pressure"),
    ("top_pressure", "最大笔压", "top pressure"),
    ("pressure_deviation", "笔压变化", "deviation of pressure"),
];

/// Heads of the model cards' tables.
pub const COLUMNS: &[Entry] = &[
    ("condition", "条件", "condition"),
    ("task", "任务", "task"),
    ("skilled EER, one threshold, %", "练习摹仿EER（统一阈值）%", "practised imitation, EER, one threshold, %"),
    ("per user, %", "按人阈值 %", "per user, %"),
    ("random EER, %", "随机他人EER %", "random person, EER, %"),
    ("Cllr (least possible)", "Cllr（最小可能值）", "Cllr (least possible)"),
    (
        "skilled accepted / review / rejected, %",
        "练习摹仿：接受/复核/拒绝 %",
        "practised imitation: accepted / review / rejected, %",
    ),
    (
        "genuine accepted / review / rejected, %",
        "书写人自己：接受/复核/拒绝 %",
        "own signatures: accepted / review / rejected, %",
    ),
    (
        "skilled EER global / user, %",
        "练习摹仿EER：统一/按人 %",
        "practised imitation, EER: one threshold / per user, %",
    ),
    ("random EER global, %", "随机他人EER %", "random person, EER, %"),
];

/// Attack checks of the cards.
pub const ATTACK_CHECKS: &[Entry] = &[
    (
        "replay (against the signer's earlier packets), new writer",
        "重放（与该签名人以前的数据包比较），新书写人",
        "replay (against the signer's earlier packets), new writer",
    ),
    ("the same, pieces of earlier packets", "同上，以前数据包的片段", "the same, pieces of earlier packets"),
    (
        "machine-made, new writer and species never seen in fitting",
        "程序生成，新书写人及拟合时未见过的种类",
        "machine-made, new writer and species never seen in fitting",
    ),
    ("put together of references, new writer", "由参考签名拼合，新书写人", "put together of references, new writer"),
    ("cropped or merged, 5 references", "缺失或拼接，5个参考签名", "cropped or merged, 5 references"),
    ("cropped or merged, 1 reference", "缺失或拼接，1个参考签名", "cropped or merged, 1 reference"),
    ("clock", "时钟", "clock"),
];

/// Parts of the cards' conditions, as they stand between commas.
pub const CONDITIONS: &[Entry] = &[
    ("task 1", "任务1（无笔压）", "task 1 (no pressure)"),
    ("task 2", "任务2（有笔压）", "task 2 (with pressure)"),
    ("pressure hidden", "隐去笔压", "pressure hidden"),
    ("pressure", "有笔压", "pressure"),
    ("5 references", "5个参考签名", "5 references"),
    ("3 references", "3个参考签名", "3 references"),
    ("1 reference", "1个参考签名", "1 reference"),
];

/// A condition of a model card.
pub fn condition(text: &str, language: Language) -> String {
    let parts: Vec<String> = text.split(", ").map(|part| word(part, CONDITIONS, language)).collect();
    parts.join(language.of("，", ", "))
}

/// What each check asks, shortly.
pub const CHECKS: &[Entry] = &[
    ("EVENT_CANON", "事件原始字节在各处一致", "the event's bytes are the same wherever they stand"),
    ("CHAIN", "区块头属于本链", "the header belongs to this chain"),
    ("TRAIL", "从创世到本届验证节点集合的变更均有签名", "every change of the validator set since genesis is signed"),
    ("VALIDATORS", "区块头指明的验证节点集合可信", "the header names the trusted validator set"),
    ("CERTIFICATE", "达到法定数量的验证节点签署了区块头", "a quorum signed the header"),
    ("INCLUSION_SM3", "事件在SM3日志中", "the event is in the SM3 log"),
    ("INCLUSION_SHA256", "事件在SHA-256日志中", "the event is in the SHA-256 log"),
    ("STATE_ENTRIES", "机构及密钥在状态树中", "organisations and keys are in the state tree"),
    ("TRANSACTION_SIGNATURE", "提交机构的签名成立", "the submitter's signature holds"),
    ("APPRAISAL", "评估与阈值、模型一致", "the appraisal follows from thresholds and model in force"),
    ("STATE", "事项状态在状态树中", "the matter's state is in the state tree"),
    ("COMPLETENESS", "事项的步骤一个不缺", "no step of the matter is missing"),
    ("NONCE", "签署所引用区块的头与摘要一致", "the block that the signing names is the one shown"),
    ("PACKET_COMMIT", "笔迹数据包与链上承诺一致", "the stroke packet is the one that the ledger committed to"),
    (
        "PACKET_BINDING",
        "数据包指明本文件、本签名人、本区块，其笔迹即被评估者",
        "the packet names this document, signer and block, and holds the strokes appraised",
    ),
    ("DEVICE_SIG", "提交机构的密钥对数据包的签名成立", "a signature over the packet by a key of the submitter's holds"),
    (
        "REFERENCES_AGE",
        "参考签名的登记早于签署，且未超过策略（如有）允许的年限",
        "the references were enrolled before the signing, and not longer ago than a policy, if any, allows",
    ),
    ("ACCESS", "查阅许可记录在账本中", "the accesses shown are in the ledger"),
    (
        "DOCUMENT",
        "所出示文件的内容即事件所指（名称与类型未经签名）",
        "the content of the document presented is what the event names (its name and kind are unsigned)",
    ),
    ("LOGIN_CHALLENGE", "事件答复该登录提示码", "the event answers the login's prompt"),
    ("MODEL", "所附模型即评估所称模型", "the enclosed model is the one that the appraisal names"),
    ("INTENT_STEP", "意愿证据载于事项步骤", "steps of the matter carry the evidence of will"),
    ("INTENT_SIGNATURE", "意愿证据的服务方签名成立", "the providers' signatures on the evidence of will hold"),
    ("FAULT_PROOFS", "违规证明成立", "the fault proofs hold"),
    ("TSA_TOKEN", "时间戳令牌成立", "the time-stamp token holds"),
    ("TSA_CHAIN_AT_GENTIME", "时间戳证书链在签发时有效", "the authority's certificates were valid when it stamped"),
    ("QUORUM_INDEPENDENT", "独立机构达到策略要求", "enough independent organisations signed"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proto::flags::FLAG_NAMES;

    #[test]
    fn every_flag_and_feature_has_its_words() {
        for flag in FLAG_NAMES {
            assert!(FLAGS.iter().any(|(code, ..)| *code == flag), "{flag}");
        }
        for feature in models::globals::GLOBAL_NAMES {
            assert!(FEATURES.iter().any(|(code, ..)| *code == feature), "{feature}");
        }
    }

    #[test]
    fn an_unknown_code_stands_as_it_is() {
        assert_eq!(word("NEW_FLAG", FLAGS, Language::Zh), "NEW_FLAG");
        assert_eq!(condition("task 2, new, 5 references", Language::Zh), "任务2（有笔压），new，5个参考签名");
    }
}
