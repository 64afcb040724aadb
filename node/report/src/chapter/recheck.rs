//! Chapter 8: commands that anyone can run on the unpacked package with the network cable pulled out, and what they must
//! print. The expected outputs are this event's own.

use super::Source;
use crate::block::{Block, heading, notice, paragraph};

pub(super) fn blocks(s: Source<'_>) -> Vec<Block> {
    let (l, e) = (s.l, &s.facts.event);
    let command = |typed: &str, expected: String| Block::Command { typed: typed.to_owned(), expected };
    let mut blocks = vec![
        heading("8", l.of("自行复核", "Check it yourself")),
        paragraph(l.of(
            "拔掉网线即可进行，不需要相信出具方。先解开证据包，进入其中的文件夹；命令为OpenSSL 3及常见系统自带工具。输出应与所列逐字相同。",
            "All of this works with the network cable pulled out, and nobody has to be believed. Unpack the package and enter its \
             folder; the commands are those of OpenSSL 3 and of any system. The output must agree letter by letter.",
        )),
        paragraph(l.of("（1）包内文件与清单一致（BagIt）：", "(1) The files are those of the manifests (BagIt):")),
        command("sha256sum --quiet -c manifest-sha256.txt tagmanifest-sha256.txt && echo OK", "OK".to_owned()),
        paragraph(l.of("（2）事件的SM3摘要与SHA-256摘要：", "(2) The event's digests in SM3 and SHA-256:")),
        command("openssl dgst -sm3 data/event.bin", format!("SM3(data/event.bin)= {}", e.hash)),
        command("sha256sum data/event.bin", format!("{}  data/event.bin", e.hash_sha256)),
        paragraph(l.of("（3）事件在SHA-256日志中的叶子（RFC 9162）：", "(3) The event's leaf in the SHA-256 log (RFC 9162):")),
        command("(printf '\\000'; cat data/event.bin) | sha256sum", format!("{}  -", e.leaf_sha256)),
        paragraph(l.of("（4）链标识，即创世文件的摘要，应与从其他途径得到的一致：", "(4) The chain id, which is the digest of genesis; compare it with what you have from elsewhere:")),
        command("openssl dgst -sm3 data/genesis.bin", format!("SM3(data/genesis.bin)= {}", s.facts.network.chain)),
    ];
    blocks.extend(sum(&s));
    if let Some(document) = &s.facts.document {
        blocks.push(paragraph(l.of(
            "（6）文件的摘要（两条命令之一应得出所列数值）：",
            "(6) The document's digest (one of the two must print it):",
        )));
        blocks.push(command("openssl dgst -sm3 DOCUMENT; sha256sum DOCUMENT", document.digest.clone()));
    }
    blocks.push(paragraph(
        l.of("（7）全部检查，两个互不共享代码的验证程序：", "(7) All checks, by two verifiers that share no code:"),
    ));
    blocks.push(command(
        &format!("chirograph verify {}.{}.evidence.zip --policy POLICY.toml", s.facts.id, s.facts.variant.as_str()),
        "[...]\nVALID         package".to_owned(),
    ));
    blocks.push(notice(l.of(
        "或者在浏览器中直接打开包内的 verify.html（不联网），把证据包拖入。POLICY.toml 由法院自行编写，写明信任哪一创世文件、哪些机构计入、排除谁、\
         信任哪些时间戳机构；格式见包内 SPEC.md。没有策略时，与信任有关的检查为“无法判断”，总体结果也是如此。退出码：0成立，1不成立，2无法\
         判断，3错误。",
        "Or open verify.html of the package in a browser (offline) and drop the package on it. The court writes POLICY.toml: which \
         genesis it trusts, which organisations count, who is excluded, which time-stamp authorities it trusts; SPEC.md of the \
         package has the format. Without a policy, what depends on trust is INDETERMINATE, and so is the whole. Exit codes: 0 \
         valid, 1 invalid, 2 indeterminate, 3 error.",
    )));
    blocks
}

/// One link of the matter's chain by hand.
fn sum(s: &Source<'_>) -> Vec<Block> {
    let Some(matter) = &s.facts.matter else { return Vec::new() };
    let Some(step) = matter.steps.iter().find(|step| step.seq == s.facts.event.seq) else { return Vec::new() };
    let Some(before) = matter.sum_before(step) else { return Vec::new() };
    vec![
        paragraph(s.l.text(
            format!("（5）事项累加值的第{}环：SM3（前一累加值 ‖ 事件摘要）：", step.number),
            format!("(5) Link {} of the matter's chain: SM3(the sum before ‖ the event's hash):", step.number),
        )),
        Block::Command {
            typed: format!("A={before}\nB={}\nprintf %s%s $A $B | xxd -r -p | openssl dgst -sm3", step.hash),
            expected: format!("SM3(stdin)= {}", step.sum),
        },
    ]
}
