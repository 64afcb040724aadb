//! Stroke medians of name characters, from `models/hanzi/medians.txt` (Arphic Public License; the licence and the
//! derivation are beside the file). Knows how a character is written, not how anybody writes it.

use super::random::Random;
use std::sync::LazyLock;

/// A character as a list of strokes of corner points, in units of its height, y upward.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Character {
    pub character: char,
    pub family: bool,
    pub given: bool,
    pub strokes: Vec<Vec<(f64, f64)>>,
}

static CHARACTERS: LazyLock<Vec<Character>> = LazyLock::new(|| {
    let lines = include_str!("../../hanzi/medians.txt").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(Character::parse).collect()
});

impl Character {
    fn parse(line: &str) -> Option<Self> {
        let (usage, rest) = line.split_once(' ')?;
        let (character, strokes) = rest.split_once(' ')?;
        let strokes = strokes.split('|').map(parse_stroke).collect::<Option<Vec<_>>>()?;
        let (family, given) = (usage != "G", usage != "F");
        Some(Self { character: character.chars().next()?, family, given, strokes })
    }
}

fn parse_stroke(text: &str) -> Option<Vec<(f64, f64)>> {
    let unit = |text: &str| text.parse::<i32>().ok().map(|v| f64::from(v) / 1024.0);
    text.split(' ').map(|point| point.split_once(',').and_then(|(x, y)| Some((unit(x)?, unit(y)?)))).collect()
}

/// A family name and a given name of one or two characters, 8 to 24 strokes together.
pub(super) fn name(random: &mut Random) -> Vec<&'static Character> {
    let family: Vec<_> = CHARACTERS.iter().filter(|c| c.family).collect();
    let given: Vec<_> = CHARACTERS.iter().filter(|c| c.given).collect();
    loop {
        let mut name = vec![*random.pick(&family), *random.pick(&given)];
        if random.chance(0.7) {
            name.push(*random.pick(&given));
        }
        if (8..=24).contains(&name.iter().map(|c| c.strokes.len()).sum::<usize>()) {
            return name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        let lines = include_str!("../../hanzi/medians.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(CHARACTERS.len(), lines);
        assert!(CHARACTERS.iter().flat_map(|c| &c.strokes).all(|s| s.len() >= 2));
    }
}
