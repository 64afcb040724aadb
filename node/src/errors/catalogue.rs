//! The catalogue of reasons: every code that a client can meet, what it means and what to do, in English and Chinese.
//!
//! Codes are part of the API: they may be added, never renamed. Sentences may change.

mod ledger;

use crate::refusal::RefusalKind;
use std::fmt::Write;

/// One line of the catalogue.
#[derive(Debug)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// What kind of answer it is; its gRPC status follows.
    pub kind: RefusalKind,
    /// Meaning and remedy, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// The line of a code.
pub fn find(code: &str) -> Option<&'static Reason> {
    reasons().find(|r| r.code == code)
}

/// The name of a kind's gRPC status.
fn status(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Invalid => "INVALID_ARGUMENT",
        RefusalKind::NotFound => "NOT_FOUND",
        RefusalKind::AlreadyExists => "ALREADY_EXISTS",
        RefusalKind::Permission => "PERMISSION_DENIED",
        RefusalKind::Unauthenticated => "UNAUTHENTICATED",
        RefusalKind::Exhausted => "RESOURCE_EXHAUSTED",
        RefusalKind::Unavailable => "UNAVAILABLE",
        RefusalKind::Precondition => "FAILED_PRECONDITION",
    }
}

/// The text of `proto/REASONS.md`.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Reasons\n\nEvery error of the client API carries a `google.rpc.ErrorInfo` with domain `chirograph` and one of \
         these\nreasons. They are never renamed. Generated from `node/src/errors/catalogue.rs`; a test keeps them \
         equal.\n\n| reason | gRPC status | meaning and remedy | 说明与处理 |\n|---|---|---|---|\n",
    );
    for r in reasons() {
        writeln!(out, "| `{}` | `{}` | {} | {} |", r.code, status(r.kind), r.en, r.zh)
            .expect("a String takes every write");
    }
    out
}

const fn reason(code: &'static str, kind: RefusalKind, en: &'static str, zh: &'static str) -> Reason {
    Reason { code, kind, en, zh }
}

const INVALID: RefusalKind = RefusalKind::Invalid;
const NOT_FOUND: RefusalKind = RefusalKind::NotFound;
const EXISTS: RefusalKind = RefusalKind::AlreadyExists;
const PERMISSION: RefusalKind = RefusalKind::Permission;
const UNAUTHENTICATED: RefusalKind = RefusalKind::Unauthenticated;
const EXHAUSTED: RefusalKind = RefusalKind::Exhausted;
const UNAVAILABLE: RefusalKind = RefusalKind::Unavailable;
const PRECONDITION: RefusalKind = RefusalKind::Precondition;

/// All reasons: of a request's shape, of the ledger's rules, of packets, of the handwriting, of the node.
pub fn reasons() -> impl Iterator<Item = &'static Reason> {
    ledger::REASONS.iter().chain(NODE)
}

/// Of packets, of the handwriting, of the node.
const NODE: &[Reason] = &[
    reason(
        "ACCESS_UNKNOWN",
        PERMISSION,
        "A packet is released only under a committed access event; submit one and name its number.",
        "笔迹仅凭已入账的调取事件放行，请先提交调取事件并填写其序号。",
    ),
    reason(
        "ACCESS_EXPIRED",
        PRECONDITION,
        "The access event is too old to read under; submit another.",
        "调取事件已过期，请重新提交。",
    ),
    reason(
        "REQUEST_STALE",
        PRECONDITION,
        "The time in the signed request is not now; set the clock and ask again.",
        "请求内签名的时间与当前时间不符，请校准时钟后重试。",
    ),
    reason(
        "PACKET_UNAVAILABLE",
        UNAVAILABLE,
        "This node does not hold the packet: it was destroyed, or is being fetched; try another node.",
        "本节点没有该笔迹：已销毁或正在获取，请改用其他节点。",
    ),
    reason(
        "SIGNATURE_INVALID",
        UNAUTHENTICATED,
        "The SM2 signature does not hold under the key named; sign the bytes that Canonicalize returns.",
        "SM2 签名验证失败，请对 Canonicalize 返回的字节签名。",
    ),
    reason(
        "TOO_MANY_EXPORTS",
        EXHAUSTED,
        "The node makes as many packages as it can; try again after the time given, or ask another node.",
        "节点正在制作的证据包已达上限，请在所示时间后重试或使用其他节点。",
    ),
    reason(
        "TOO_MANY_VERIFICATIONS",
        EXHAUSTED,
        "The node checks as much evidence as it may; try again after the time given, ask another node, or verify it offline.",
        "节点正在校验的证据已达上限，请在所示时间后重试、使用其他节点或离线校验。",
    ),
    reason(
        "OPERATION_NOT_FOUND",
        NOT_FOUND,
        "No such operation, or it was pushed out by newer ones; begin it again.",
        "操作不存在或已被较新的操作取代，请重新发起。",
    ),
    reason(
        "OPERATION_RUNNING",
        PRECONDITION,
        "The operation is not done; ask with GetOperation until it is.",
        "操作尚未完成，请用 GetOperation 查询直至完成。",
    ),
    reason(
        "MATTER_TOO_LARGE",
        PRECONDITION,
        "The matter has more events than a package takes; use a receipt and `query matter`.",
        "案卷事件过多，超出证据包容量，请改用回执与 query matter。",
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
        "ENROL_REFERENCES_SEVERAL_HANDS",
        INVALID,
        "The references speak for several writers; one person writes all of them, the usual way.",
        "参考笔迹疑为多人书写，请由同一人按平时习惯书写全部参考笔迹。",
    ),
    reason(
        "ENROL_REFERENCE_OTHER_HAND",
        INVALID,
        "One reference speaks for another writer than the rest; write it again.",
        "有一份参考笔迹疑为他人书写，请重新书写该份。",
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
        "SIGNER_BUSY",
        EXHAUSTED,
        "As many writings of this signer wait as may; send the same request again after the time given.",
        "该签署人等待处理的笔迹已达上限，请在所示时间后重发同一请求。",
    ),
    reason(
        "NOT_A_VALIDATOR",
        UNAVAILABLE,
        "This node does not vote, so nothing that it takes reaches the ledger; submit to a validator.",
        "本节点没有表决权，提交至此不会入账，请提交至验证节点。",
    ),
    reason(
        "NODE_OVERLOADED",
        EXHAUSTED,
        "The node has no room now; send the same request again after the time given.",
        "节点繁忙，请在所示时间后重发同一请求。",
    ),
    reason(
        "DISK_NEARLY_FULL",
        EXHAUSTED,
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
