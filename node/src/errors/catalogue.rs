//! The catalogue of reasons: every code that a client can meet, what it means and what to do, in English and Chinese.
//!
//! Codes are part of the API: they may be added, never renamed. Sentences may change.

use std::fmt::Write;

/// One line of the catalogue.
#[derive(Debug)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// gRPC status that it comes with.
    pub status: &'static str,
    /// Meaning and remedy, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// The line of a code.
pub fn find(code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|r| r.code == code)
}

/// The text of `proto/REASONS.md`.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Reasons\n\nEvery error of the client API carries a `google.rpc.ErrorInfo` with domain `chirograph` and one of \
         these\nreasons. They are never renamed. Generated from `node/src/errors/catalogue.rs`; a test keeps them \
         equal.\n\n| reason | gRPC status | meaning and remedy | 说明与处理 |\n|---|---|---|---|\n",
    );
    for r in REASONS {
        writeln!(out, "| `{}` | `{}` | {} | {} |", r.code, r.status, r.en, r.zh).expect("a String takes every write");
    }
    out
}

const fn reason(code: &'static str, status: &'static str, en: &'static str, zh: &'static str) -> Reason {
    Reason { code, status, en, zh }
}

const INVALID: &str = "INVALID_ARGUMENT";
const PRECONDITION: &str = "FAILED_PRECONDITION";
const UNAVAILABLE: &str = "UNAVAILABLE";

/// All reasons: of a request's shape, of the ledger's rules, of packets, of the handwriting, of the node.
pub const REASONS: &[Reason] = &[
    reason(
        "FIELD_INVALID",
        INVALID,
        "A field has no allowed value; correct the field named.",
        "字段取值无效，请更正所指字段。",
    ),
    reason("FIELD_TOO_LONG", INVALID, "A field is longer than allowed; shorten it.", "字段超过允许长度，请缩短。"),
    reason(
        "PAGE_TOKEN_INVALID",
        INVALID,
        "Not a page token of this list; start again without one.",
        "分页令牌无效，请从第一页重新开始。",
    ),
    reason(
        "EVENT_NOT_FOUND",
        "NOT_FOUND",
        "The ledger holds no such event (yet); check the name, or wait for the commit.",
        "账本中（尚）无此事件，请核对名称或等待提交。",
    ),
    reason("HEADER_NOT_FOUND", "NOT_FOUND", "The chain has not reached this height.", "链尚未到达该高度。"),
    reason(
        "MATTER_EXISTS",
        PRECONDITION,
        "The ledger holds events of this matter, so absence cannot be proved.",
        "账本中已有该事项的事件，无法证明不存在。",
    ),
    reason(
        "NO_CHECKPOINT",
        UNAVAILABLE,
        "Nothing has been finalized yet, so there is no signed state; submit an event or wait.",
        "尚无已最终确认的区块，请提交事件或稍候。",
    ),
    reason(
        "TOO_MANY_COPIES",
        "RESOURCE_EXHAUSTED",
        "This node hands out as many copies of the ledger as it may; try again later or ask another node.",
        "本节点正在提供的账本副本数已达上限，请稍后再试或询问其他节点。",
    ),
    reason(
        "CONSISTENCY_RANGE",
        INVALID,
        "The older size must be between 1 and the checkpoint's size.",
        "旧账本大小须介于 1 与检查点大小之间。",
    ),
    reason(
        "NOT_COMMITTED_YET",
        UNAVAILABLE,
        "Not committed within the time given; it may still be. Ask again with the same transaction.",
        "在给定时间内未提交，仍可能提交；请用同一交易再次查询。",
    ),
    reason(
        "BATCH_TOO_LONG",
        INVALID,
        "A batch holds at most 5000 requests; send another batch.",
        "单批最多 5000 个请求，请分批提交。",
    ),
    reason(
        "WRONG_CHAIN",
        INVALID,
        "The transaction is signed for another ledger; sign it for this one.",
        "交易是为其他账本签署的，请针对本账本重新签署。",
    ),
    reason(
        "ORGANISATION_UNKNOWN",
        "UNAUTHENTICATED",
        "No such organisation; use a registered identifier.",
        "机构不存在，请使用已登记的机构标识。",
    ),
    reason(
        "KEY_UNKNOWN",
        "UNAUTHENTICATED",
        "The organisation has no such key; sign with a registered one.",
        "该机构未登记此密钥，请使用已登记的密钥签名。",
    ),
    reason(
        "ROLE_NOT_PERMITTED",
        "PERMISSION_DENIED",
        "The organisation's role may not do this.",
        "该机构的角色无权执行此操作。",
    ),
    reason(
        "EXPIRED",
        PRECONDITION,
        "The expiry height has passed; sign again with a later one.",
        "已超过有效高度，请以更高的有效高度重新签署。",
    ),
    reason(
        "EXPIRY_TOO_FAR",
        INVALID,
        "The expiry height is too far ahead; choose one within the limit named.",
        "有效高度过远，请在所示上限内选择。",
    ),
    reason(
        "REQUEST_ID_REUSED",
        "ALREADY_EXISTS",
        "The request id was used for another body, whose digest is named; choose a new id.",
        "请求编号已用于其他内容（摘要见消息），请使用新编号。",
    ),
    reason(
        "ALREADY_COMMITTED",
        "ALREADY_EXISTS",
        "The same request is already on the ledger; fetch its receipt.",
        "同一请求已入账，请获取其回执。",
    ),
    reason(
        "NONCE_UNKNOWN",
        INVALID,
        "The nonce names no block of this chain; get one with GetNonce and capture the signature after it.",
        "随机数未指向本链区块，请用 GetNonce 获取后再采集签名。",
    ),
    reason(
        "NONCE_EXPIRED",
        PRECONDITION,
        "The block named by the nonce is too old; capture the signature again.",
        "随机数所指区块过旧，请重新采集签名。",
    ),
    reason(
        "PACKET_DUPLICATE",
        PRECONDITION,
        "The same pen samples were committed before; every signing needs its own writing.",
        "相同笔迹数据已入账，每次签署须重新书写。",
    ),
    reason(
        "TEMPLATE_CHANGED",
        PRECONDITION,
        "The signer's references changed meanwhile; submit again.",
        "签署人的参考笔迹已更换，请重新提交。",
    ),
    reason(
        "MODEL_MISMATCH",
        PRECONDITION,
        "Appraised by another model than the one in force; update the node.",
        "鉴别模型与现行模型不符，请更新节点。",
    ),
    reason(
        "APPRAISAL_MISSING",
        INVALID,
        "The packets were not appraised; send them along.",
        "笔迹未经鉴别，请随交易提交笔迹包。",
    ),
    reason(
        "APPRAISAL_MALFORMED",
        INVALID,
        "The appraisal breaks a rule; submit again.",
        "鉴别结论不合规则，请重新提交。",
    ),
    reason(
        "STROKE_SCORE_LOW",
        INVALID,
        "The writing does not match the signer; let the signer write again, or check who signed.",
        "笔迹与签署人不符，请签署人重新书写或核实签署人身份。",
    ),
    reason(
        "SYNTHETIC_NOT_ALLOWED",
        INVALID,
        "Strokes made by a program are not allowed on this ledger; let the signer write on a real device.",
        "本账本不接受程序生成的笔迹，请由签署人使用真实设备书写。",
    ),
    reason(
        "SIGNER_NOT_YOURS",
        "PERMISSION_DENIED",
        "Another organisation enrolled this signer; only it may replace the references.",
        "该签署人由其他机构登记，仅该机构可更换参考笔迹。",
    ),
    reason(
        "TARGET_UNKNOWN",
        INVALID,
        "The event attested to does not exist; name a committed event.",
        "所证明的事件不存在，请指明已入账的事件。",
    ),
    reason(
        "TARGET_MISMATCH",
        INVALID,
        "The attestation misstates its target; read the event and take the fields from there.",
        "证明内容与目标事件不符，请以该事件为准。",
    ),
    reason(
        "HISTORY_CHANGED",
        PRECONDITION,
        "Other packets of the signer were committed meanwhile; submit again.",
        "该签署人已有新的笔迹入账，请重新提交。",
    ),
    reason(
        "REPLAY",
        INVALID,
        "The writing is too like an earlier packet of this signer; every signing needs its own writing.",
        "笔迹与该签署人先前的笔迹过于相同，疑为重放，每次签署须重新书写。",
    ),
    reason(
        "INCOMPLETE",
        INVALID,
        "Much is missing that the references show; capture the whole signature.",
        "笔迹不完整，缺少参考笔迹中的大部分内容，请完整采集签名。",
    ),
    reason(
        "MERGED",
        INVALID,
        "The packet holds more than one signature or repeats parts of one; capture one signature alone.",
        "笔迹包含多个签名或重复片段，请单独采集一次签名。",
    ),
    reason(
        "CLOCK_TAMPERED",
        INVALID,
        "The time stamps are none that a digitiser makes; send the device's own times.",
        "时间戳不符合数字化设备的规律，请提交设备原始时间。",
    ),
    reason(
        "MOTION_UNKNOWN",
        "NOT_FOUND",
        "The ledger has no such motion; name the transaction that made it.",
        "账本上没有该治理提案，请填写提出该提案的交易编号。",
    ),
    reason(
        "MOTION_CLOSED",
        PRECONDITION,
        "The motion takes no more of this; look at its progress first.",
        "该治理提案不再接受此操作，请先查看其进度。",
    ),
    reason(
        "ALREADY_APPROVED",
        "ALREADY_EXISTS",
        "The organisation approved of this motion before; nothing more is needed from it.",
        "该机构已同意此提案，无须重复操作。",
    ),
    reason(
        "TOO_MANY_MOTIONS",
        PRECONDITION,
        "As many motions as may be are undecided; decide on some, or wait until they expire.",
        "未决提案已达上限，请先表决或等待其过期。",
    ),
    reason(
        "CHANGE_REFUSED",
        PRECONDITION,
        "The change cannot be made; the message says why and what to do.",
        "无法作出该变更，原因与处理方法见消息。",
    ),
    reason(
        "READY_STALE",
        PRECONDITION,
        "The readiness names no recent block of this ledger; sync the node first.",
        "就绪声明未指向本账本的近期区块，请先同步节点。",
    ),
    reason(
        "NO_LIVE_QUORUM",
        PRECONDITION,
        "The motion was approved, but too few validators of its set were ready in time; bring them up and move again.",
        "提案已通过，但新验证人集合中按时就绪者不足法定数量，请使其上线后重新提案。",
    ),
    reason(
        "FAULT_KNOWN",
        PRECONDITION,
        "The fault of that validator in that epoch is proven on the ledger already; nothing more is needed.",
        "该验证人在该纪元的违规已在账本上得到证明，无须重复提交。",
    ),
    reason(
        "FAULT_UNPROVEN",
        "INVALID_ARGUMENT",
        "The proof proves nothing: no contradiction, an unknown epoch, or a signature that does not hold.",
        "证明不成立：不存在矛盾、纪元未知或签名无效。",
    ),
    reason(
        "SIGNATURE_INVALID",
        "UNAUTHENTICATED",
        "The SM2 signature does not hold under the key named; sign the bytes that Canonicalize returns.",
        "SM2 签名验证失败，请对 Canonicalize 返回的字节签名。",
    ),
    reason(
        "PACKET_COUNT",
        INVALID,
        "Send one packet for each commitment in the body, in the same order.",
        "笔迹包数量与交易内承诺不符，请按顺序逐一提交。",
    ),
    reason("PACKET_TOO_LARGE", INVALID, "A packet is larger than this ledger takes.", "笔迹包超过本账本允许的大小。"),
    reason(
        "PACKET_MALFORMED",
        INVALID,
        "A packet does not decode; the message names the place.",
        "笔迹包无法解析，位置见消息。",
    ),
    reason(
        "PACKET_COMMITMENT_MISMATCH",
        INVALID,
        "A packet and its salt do not give the commitment in the body.",
        "笔迹包与盐值不符合交易内的承诺。",
    ),
    reason(
        "PACKET_BINDING_MISMATCH",
        INVALID,
        "A packet is bound to another signer, document or nonce than the body names.",
        "笔迹包绑定的签署人、文件或随机数与交易不符。",
    ),
    reason(
        "PACKET_NOT_ATTESTED",
        INVALID,
        "A packet lacks a valid signature of its capture device or platform.",
        "笔迹包缺少采集设备或平台的有效签名。",
    ),
    reason(
        "ATTESTATION_KEY_UNKNOWN",
        INVALID,
        "The packet is attested by a key that the submitting organisation has not registered.",
        "笔迹包的签名密钥未由提交机构登记。",
    ),
    reason(
        "STROKE_TOO_FEW_SAMPLES",
        INVALID,
        "Too few pen samples; write the full name.",
        "笔迹采样点过少，请书写完整姓名。",
    ),
    reason(
        "STROKE_TOO_SHORT",
        INVALID,
        "The writing is too short in time; write the full name.",
        "书写时间过短，请书写完整姓名。",
    ),
    reason(
        "STROKE_TOO_LONG",
        INVALID,
        "The writing lasts too long; sign without a long pause.",
        "书写时间过长，请勿长时间停顿。",
    ),
    reason(
        "STROKE_TIME_NOT_MONOTONE",
        INVALID,
        "Sample times run backwards; send samples in the order of capture.",
        "采样时间倒退，请按采集顺序提交。",
    ),
    reason(
        "STROKE_TIME_REPEATED",
        INVALID,
        "Too many samples repeat an earlier time; send the device's own times.",
        "过多采样点时间重复，请使用设备自身时间。",
    ),
    reason(
        "STROKE_RATE_TOO_LOW",
        INVALID,
        "The device reports too rarely; use another device.",
        "设备采样率过低，请更换设备。",
    ),
    reason(
        "STROKE_NO_EXTENT",
        INVALID,
        "The writing has no width or height; write the full name.",
        "笔迹没有宽度或高度，请书写完整姓名。",
    ),
    reason(
        "STROKE_IMPOSSIBLE_KINEMATICS",
        INVALID,
        "No hand moves this fast with the pen down; check the device scale.",
        "落笔速度超出人手可能，请检查设备比例。",
    ),
    reason(
        "STROKE_CONSTANT_SPEED",
        INVALID,
        "The speed hardly varies, as if drawn by a machine; write by hand.",
        "笔速几乎不变，疑为机器绘制，请手写。",
    ),
    reason(
        "STROKE_GRADE_TOO_LOW",
        INVALID,
        "The recording is too poor to compare; use a device that reports faster.",
        "采集质量过低无法比对，请使用采样率更高的设备。",
    ),
    reason(
        "ENROL_REFERENCE_COUNT",
        INVALID,
        "Give between 1 and 10 references; five from two days are best.",
        "参考笔迹须为 1 至 10 份，建议分两天采集 5 份。",
    ),
    reason(
        "ENROL_REFERENCE_REPEATED",
        INVALID,
        "The same writing was given twice; write each reference anew.",
        "参考笔迹重复，请逐份重新书写。",
    ),
    reason(
        "ENROL_REFERENCES_TOO_VARIABLE",
        INVALID,
        "The references differ too much; write the same name the same way each time.",
        "参考笔迹差异过大，请每次以相同方式书写同一姓名。",
    ),
    reason(
        "TEMPLATE_UNAVAILABLE",
        UNAVAILABLE,
        "This node cannot read the signer's references now; try again or use another node.",
        "本节点暂无法读取签署人的参考笔迹，请稍后重试或使用其他节点。",
    ),
    reason(
        "HISTORY_UNAVAILABLE",
        UNAVAILABLE,
        "This node lacks an earlier packet of the signer and fetches it; try again or use another node.",
        "本节点缺少该签署人先前的笔迹，正在获取，请稍后重试或使用其他节点。",
    ),
    reason(
        "NODE_OVERLOADED",
        "RESOURCE_EXHAUSTED",
        "The node has no room now; send the same request again after the time given.",
        "节点繁忙，请在所示时间后重发同一请求。",
    ),
    reason(
        "DISK_NEARLY_FULL",
        "RESOURCE_EXHAUSTED",
        "The node's disk is nearly full; use another node, and tell the operator to make room.",
        "节点磁盘空间即将用尽，请使用其他节点，并通知运维人员清理磁盘。",
    ),
    reason("NODE_STOPPING", UNAVAILABLE, "The node is stopping; use another node.", "节点正在停止，请使用其他节点。"),
    reason(
        "STORE_UNREADABLE",
        UNAVAILABLE,
        "The node cannot read its store; use another node and tell the operator.",
        "节点无法读取存储，请使用其他节点并通知运维人员。",
    ),
];
