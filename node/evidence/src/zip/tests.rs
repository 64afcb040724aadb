//! The archive is one of a kind: whatever is changed, cut off or added in it is refused.

use super::*;

fn sample() -> Vec<Entry> {
    vec![("f/a.txt".into(), b"alpha".to_vec()), ("f/data/b.bin".into(), vec![0, 255, 7]), ("f/z".into(), vec![])]
}

#[test]
fn what_is_written_is_read_again() {
    let bytes = write(&sample());
    assert_eq!(read(&bytes).unwrap(), sample());
    assert_eq!(write(&read(&bytes).unwrap()), bytes);
    assert_eq!(read(&write(&[])).unwrap(), []);
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = write(&sample());
    for i in 0..bytes.len() * 8 {
        let mut other = bytes.clone();
        other[i / 8] ^= 1 << (i % 8);
        assert!(read(&other).is_err(), "bit {i}");
    }
}

#[test]
fn every_truncation_and_every_addition_is_refused() {
    let bytes = write(&sample());
    for n in 0..bytes.len() {
        assert!(read(&bytes[..n]).is_err(), "{n} bytes");
        assert!(read(&[&bytes[..n], b"x", &bytes[n..]].concat()).is_err(), "a byte more at {n}");
    }
    assert!(read(&[&bytes[..], b"x"].concat()).is_err());
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    for name in ["/a", "a/../b", "a//b", "..", "a/.", "a\\b", "a b", "签", "", "a/"] {
        assert!(read(&write(&[(name.to_owned(), vec![])])).is_err(), "{name:?}");
    }
    let two = |a: &str, b: &str| write(&[(a.into(), vec![]), (b.into(), vec![])]);
    assert!(read(&two("a", "b")).is_ok());
    assert_eq!(read(&two("b", "a")), Err(ZipFault::Name(1)));
    assert_eq!(read(&two("a", "a")), Err(ZipFault::Name(1)));
}
