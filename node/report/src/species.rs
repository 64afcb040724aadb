//! Kinds of attacks and conditions in the rates of a model's card, in the reader's language. The card is English prose around
//! numbers; the numbers are never touched. What has words that are not known here stands as the card has it, as a whole.

use crate::language::Language;

/// Phrases of the cards in small letters, and the same in Chinese; one that holds another stands before it.
const PHRASES: &[(&str, &str)] = &[
    (". ", "。"),
    (", ", "，"),
    ("; ", "；"),
    (": ", "："),
    (" (", "（"),
    (")", "）"),
    ("strokes of two by turns", "两次签名的笔画交替"),
    ("，of five", "，五次的"),
    ("a third of the way between two", "两次签名之间靠前者一侧"),
    ("half-way", "居中"),
    ("strokes moved by", "各笔分别移动"),
    ("turned and scaled", "旋转并缩放"),
    ("bent and re-timed", "弯曲并改变节奏"),
    ("bent by", "弯曲"),
    ("two strokes swapped", "两笔对调"),
    (" mm", "毫米"),
    ("halves of two joined at a pen-up", "两次签名各半于提笔处拼接"),
    ("halves of two signatures", "两次签名各取一半"),
    ("the same with", "同前，另从两端各去"),
    (" off each end", ""),
    ("each end", "两端各去"),
    ("cut off", "截去"),
    ("a middle stroke left out", "缺中间一笔"),
    ("a stroke missing", "缺一笔"),
    ("two in one packet", "两次签名并为一个数据包"),
    ("mostly missed", "大多漏报"),
    ("or more missing", "以上缺失"),
    ("missing", "缺失"),
    ("middle", "中间"),
    ("first / last", "首段／末段"),
    ("last", "末段"),
    ("constant speed", "匀速"),
    ("trapezoid", "梯形速度"),
    ("raised sine", "升正弦速度"),
    ("our own writer", "本项目的合成书写程序"),
    ("oscillation", "振荡模型"),
    ("minimum jerk by points", "按点最小加加速度"),
    ("minimum jerk by stroke", "按笔最小加加速度"),
    ("minimum jerk", "最小加加速度"),
    ("sigma-lognormal", "西格玛对数正态"),
    ("spline", "样条"),
    ("above", "高于"),
    ("power law on a real shape", "真实字形配幂律速度"),
    ("plotter", "绘图机"),
    ("spring", "弹簧牵引"),
    ("bells between corners", "拐点间钟形速度"),
    ("worst without noise", "无噪声时最差"),
    ("smoothed recording", "平滑后的真实录制"),
    ("random walk", "随机游走"),
    ("with noise of", "加噪声"),
    ("with noise", "加噪声"),
    ("noise", "噪声"),
    ("units", "单位"),
    ("exact", "原样复制"),
    ("time scale", "时间缩放"),
    ("scale", "缩放"),
    ("shift", "平移"),
    ("rotation", "旋转"),
    ("resampled to", "重采样至"),
    ("re-timed by", "改变节奏"),
    ("warp and affine", "扭曲并仿射"),
    ("hard", "较难"),
    ("as shipped", "发布的版本"),
    ("task ", "任务"),
    ("all of one writer", "均出自同一书写人"),
    ("imitators", "摹仿者"),
    (" of ", "／"),
    (" and ", "和"),
    (" or ", "或"),
    (" to ", "至"),
    ("by ", ""),
    ("to ", "至"),
    ("hz", "Hz"),
];

/// Rates of a card.
pub fn rates(text: &str, language: Language) -> String {
    if language == Language::En {
        return text.to_owned();
    }
    let known = PHRASES.iter().fold(text.to_lowercase(), |text, (en, zh)| text.replace(en, zh));
    let foreign = known.replace("Hz", "").contains(|c: char| c.is_ascii_alphabetic());
    if foreign { text.to_owned() } else { known }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Model;
    use models::Appraiser;

    fn numbers(text: &str) -> Vec<&str> {
        let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.');
        parts.map(|n| n.trim_matches('.')).filter(|n| !n.is_empty()).collect()
    }

    #[test]
    fn every_rate_of_every_card_is_told_in_chinese_with_the_same_numbers() {
        let cards = Appraiser::all().into_iter().filter_map(|model| Model::by_digest(&model.digest()));
        let cells: Vec<String> = cards.flat_map(|card| card.attacks).flat_map(|row| row.into_iter().skip(1)).collect();
        assert!(cells.len() >= 8);
        for cell in cells {
            assert_eq!(rates(&cell, Language::En), cell);
            let told = rates(&cell, Language::Zh);
            let foreign = told.replace("Hz", "").contains(|c: char| c.is_ascii_alphabetic());
            assert!(!foreign, "a phrase of the card is not known here yet: {cell}");
            assert_eq!(numbers(&told), numbers(&cell), "{told}");
        }
    }

    #[test]
    fn what_is_not_known_stands_as_a_whole() {
        assert_eq!(rates("noise 30 2.8", Language::Zh), "噪声 30 2.8");
        assert_eq!(rates("Noise 30 2.8, robots 7", Language::Zh), "Noise 30 2.8, robots 7");
    }
}
