//! Files and packets of signatures from anywhere. A file that can be read can be written again and says the same; a packet
//! that can be read is appraised, as a node would appraise it, or refused with a reason, and twice the same.

use models::formats::{inkml, iso19794_7, svc2004};
use models::{Appraiser, StrokePacket};
use proto::Canonical;
use std::sync::LazyLock;

static APPRAISERS: LazyLock<Vec<Appraiser>> = LazyLock::new(Appraiser::all);

/// A file of one of the formats.
pub fn file(data: &[u8]) {
    let read = [inkml::read(data), iso19794_7::read(data), svc2004::read(data)];
    for recording in read.into_iter().flatten() {
        if let Ok(bytes) = iso19794_7::write(&recording) {
            let again = iso19794_7::read(&bytes).expect("what we wrote can be read");
            assert!(again.samples == recording.samples, "samples are lost in ISO/IEC 19794-7");
        }
    }
}

/// A packet in its canonical bytes.
pub fn packet(data: &[u8]) {
    let Ok(packet) = StrokePacket::from_bytes(data) else { return };
    assert!(packet.to_bytes() == data, "a packet has two encodings");
    std::hint::black_box(packet.verify_attestation().is_ok());
    for appraiser in APPRAISERS.iter() {
        let template = appraiser.enrol(std::slice::from_ref(&packet)).ok();
        let first = appraiser.appraise(&packet, template.as_ref());
        assert!(first == appraiser.appraise(&packet, template.as_ref()), "an opinion changed");
    }
}
