//! Borders of the bands, both directions, both languages, and what must never be said.

use super::*;
use crate::llr::LLR_LIMIT;

const VALIDATED: Circumstances = Circumstances { limit: 7000, flags: 0 };

fn support(llr: i32) -> Support {
    state(llr, Against::SkilledImitation, VALIDATED).support
}

#[test]
fn borders_go_to_the_weaker_band() {
    let borders = [
        (0, Support::None),
        (301, Support::None),
        (302, Support::Weak),
        (1000, Support::Weak),
        (1001, Support::Moderate),
        (2000, Support::Moderate),
        (2001, Support::ModeratelyStrong),
        (3001, Support::Strong),
        (4001, Support::VeryStrong),
        (6001, Support::ExtremelyStrong),
    ];
    for (llr, expected) in borders {
        assert_eq!((support(llr), support(-llr)), (expected, expected), "{llr}");
    }
}

#[test]
fn the_direction_names_the_proposition_that_is_supported() {
    let text = state(1500, Against::SkilledImitation, VALIDATED).en;
    assert!(text.starts_with("The findings provide moderate support for H1, that the enrolled signer"), "{text}");
    assert!(text.contains("relative to H2a, that somebody else, who had practised it") && text.contains("1.500"));
    let text = state(-450, Against::RandomPerson, VALIDATED).en;
    assert!(text.starts_with("The findings provide weak support for H2b, that somebody else, at random"), "{text}");
    let text = state(-450, Against::RandomPerson, VALIDATED).zh;
    assert!(text.starts_with("相对于H1（检材签名由已登记的签名人书写），检验所见对H2b"), "{text}");
    assert!(text.contains("弱的支持") && text.contains("-0.450"));
}

#[test]
fn a_number_at_its_limit_says_so() {
    let limited = state(LLR_LIMIT, Against::SkilledImitation, Circumstances { limit: LLR_LIMIT, flags: 0 });
    assert!(limited.limited && limited.en.ends_with("limited to ±2.000: the calibration data supports no more."));
    assert!(limited.zh.contains("以±2.000为限") && limited.support == Support::Moderate);
    assert!(!state(1999, Against::SkilledImitation, Circumstances { limit: LLR_LIMIT, flags: 0 }).limited);
}

#[test]
fn what_was_not_calibrated_gets_no_words() {
    for flags in [FLAG_OUTSIDE_VALIDATED, FLAG_SYNTHETIC, FLAG_MACHINE_MADE, FLAG_TOO_LIKE_A_REFERENCE] {
        let statement = state(2000, Against::SkilledImitation, Circumstances { limit: 2000, flags });
        assert_eq!(statement.support, Support::NotStated);
        assert!(statement.en.starts_with("No verbal statement") && statement.zh.starts_with("不作文字表述"));
    }
}

#[test]
fn nobody_is_named_as_the_writer_and_no_expert_speaks() {
    for llr in [-5000, -1500, -500, 0, 500, 1500, 2500, 3500, 5000, 6500] {
        for against in [Against::SkilledImitation, Against::RandomPerson] {
            let statement = state(llr, against, VALIDATED);
            let english = statement.en.to_lowercase();
            for never in ["is the writer", "is not the writer", "genuine", "forged", "forgery", "proves"] {
                assert!(!english.contains(never), "{english}");
            }
            for never in ["系本人", "非本人", "伪造", "真实"] {
                assert!(!statement.zh.contains(never), "{}", statement.zh);
            }
            assert!(statement.caution_en.contains("not an expert opinion"));
            assert!(statement.caution_zh.contains("不是鉴定意见"));
        }
    }
}
