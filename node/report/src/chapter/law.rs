//! Chapter 9: which rule asks for what, where the answer stands in this report, and what is not shown. It quotes no statute
//! word for word and claims no conformity: whether a rule is met is for the court to find.

use super::Source;
use crate::block::{Block, Table, heading, notice};
use crate::text::Text;

/// A rule, what it asks for, where to look, what is not shown; Chinese and English of each.
type Row = [(&'static str, &'static str); 4];

const ROWS: &[Row] = &[
    [
        ("《人民法院在线诉讼规则》（2021）第十六条", "Online Litigation Rules of the People's Courts (2021), Art. 16"),
        (
            "区块链存储且技术核验一致的，可认定上链后未经篡改，有相反证据的除外",
            "stored by blockchain and technically checked: may be found unaltered since, unless rebutted",
        ),
        ("第3章、第8章", "chapters 3, 8"),
        ("上链之前的情况", "what was before the chain"),
    ],
    [
        ("同上，第十七条（一）存证平台合规", "same, Art. 17 (1), the platform's standing"),
        ("平台符合国家关于区块链存证服务的规定", "the platform meets the state's rules on such services"),
        ("第6章（机构与角色）", "chapter 6 (organisations and roles)"),
        (
            "备案号、等级保护、密码应用评估文件：由运营者另行提交",
            "filing number, protection grade, cryptography assessment: the operator files them",
        ),
    ],
    [
        ("同上，第十七条（二）利害关系与不当干预", "same, Art. 17 (2), interest and interference"),
        (
            "当事人与平台有无利害关系、有无利用技术手段不当干预",
            "whether party and platform have an interest, or interfered by technical means",
        ),
        ("第1章第6问、第6章、第10章", "question 6 of chapter 1, chapters 6, 10"),
        (
            "股权、合同等关系：账本中没有，须由法院依策略认定",
            "holdings and contracts are not in the ledger; the court's policy decides",
        ),
    ],
    [
        ("同上，第十七条（三）系统清洁、安全、可靠、可用", "same, Art. 17 (3), clean, secure, reliable, usable system"),
        ("信息系统状况", "the state of the systems"),
        ("第4章、第6章", "chapters 4, 6"),
        ("各节点机房与运维情况", "data centres and operation of each node"),
    ],
    [
        ("同上，第十七条（四）技术与过程规范", "same, Art. 17 (4), technique and process"),
        (
            "存证技术和过程符合标准（以正式文本为准）",
            "technique and process follow standards (the official text governs)",
        ),
        ("附录、包内SPEC.md", "annex, SPEC.md of the package"),
        ("第三方检测结论", "findings of third-party testing"),
    ],
    [
        (
            "同上，第十八条 上链前的真实性审查（以正式文本为准）",
            "same, Art. 18, truth before the chain (the official text governs)",
        ),
        (
            "来源、生成机制、存储过程、公证或第三方见证、关联印证数据",
            "source, generation, storage, notarisation or witnesses, corroborating data",
        ),
        ("第4章、第7章", "chapters 4, 7"),
        ("现场情况；平台内部流程", "what happened on site; the platform's own process"),
    ],
    [
        (
            "同上，第十九条 专门知识与鉴定（以正式文本为准）",
            "same, Art. 19, special knowledge and appraisal (the official text governs)",
        ),
        (
            "可由有专门知识的人提出意见，可委托鉴定",
            "a person with special knowledge may be heard, an appraisal ordered",
        ),
        ("第5章；完整版中的原始数据", "chapter 5; raw data of the full variant"),
        ("鉴定意见本身", "an expert opinion"),
    ],
    [
        ("《电子签名法》第十三条", "Electronic Signature Law, Art. 13"),
        (
            "制作数据专有、由签名人控制、对签名和内容的改动可被发现",
            "data exclusive to and controlled by the signer; changes of signature and content detectable",
        ),
        ("可发现改动：第3章；专有与控制：第4章、第5章", "changes: chapter 3; exclusive, control: chapters 4, 5"),
        ("签名人事实上的控制：只有声明和统计陈述", "actual control: claims and statistics only"),
    ],
    [
        (
            "《电子签名法》第八条、《民事诉讼证据规定》第九十三条（以正式文本为准）",
            "Electronic Signature Law, Art. 8; Civil Evidence Provisions, Art. 93 (official texts govern)",
        ),
        (
            "生成、储存、传递方法的可靠性，完整性，环境",
            "reliability of generation, storage and transmission; completeness; environment",
        ),
        ("第3、4、7章", "chapters 3, 4, 7"),
        ("采集端系统的完整性", "integrity of the capture side's system"),
    ],
    [
        (
            "《个人信息保护法》关于敏感个人信息与删除的规定",
            "Personal Information Protection Law on sensitive data and deletion",
        ),
        (
            "生物识别信息的单独同意、删除或停止处理",
            "separate consent for biometric data; deletion or end of processing",
        ),
        ("第7章", "chapter 7"),
        ("同意书、影响评估", "the consent itself, the impact assessment"),
    ],
    [
        ("SF/T 0076-2020 电子数据存证技术规范", "SF/T 0076-2020, preservation of electronic data"),
        ("存证服务提供者、平台与过程", "provider, platform and process"),
        ("第6、7章，附录", "chapters 6, 7, annex"),
        ("提供者的资质与内部制度", "the provider's qualification and rules"),
    ],
];

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let l = s.l;
    let head = [
        l.of("规则", "Rule"),
        l.of("要求（概要）", "What it asks for (in short)"),
        l.of("见本报告", "In this report"),
        l.of("未说明的", "Not shown"),
    ];
    let mut table = Table::new(&[0.26, 0.30, 0.20, 0.24], &head);
    for row in ROWS {
        table.row(row.map(|(zh, en)| Text::plain(l.of(zh, en))));
    }
    vec![
        heading("9", l.of("法律对照", "Legal map")),
        notice(l.of(
            "下表仅指明何处可以找到有关材料，不是法律意见，也不表示已经符合所列规则；条文以正式公布的文本为准。",
            "The table says where material stands. It is no legal advice and claims no conformity; the official texts govern.",
        )),
        table.into(),
    ]
}
