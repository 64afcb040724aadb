//! Every real recording at hand goes through the packet's bytes and both interchange formats and comes back the same.
//! The data may not be redistributed: without CHIROGRAPH_DATA (a folder with `task1/`, `task2/`) the same is done with
//! synthetic writing only, and the test says so.

#![allow(clippy::unwrap_used)]

use models::formats::{Recording, inkml, iso19794_7, svc2004};
use models::packet::{Binding, Nonce, Session};
use models::{StrokePacket, Writer};
use proto::{Canonical, Digest, Height, Name};
use std::path::{Path, PathBuf};

#[test]
fn recordings_survive_every_format() {
    for seed in 0..20 {
        comes_back(&Recording::of(&Writer::new(seed).sign(seed)));
    }
    let files = real_files();
    println!("{} real recordings (set CHIROGRAPH_DATA to add some)", files.len());
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        comes_back(&svc2004::read(&bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display())));
    }
}

fn comes_back(recording: &Recording) {
    let packet = packet(recording.clone());
    assert_eq!(StrokePacket::from_bytes(&packet.to_bytes()).unwrap(), packet);
    assert_eq!(iso19794_7::read(&iso19794_7::write(recording).unwrap()).unwrap().samples, recording.samples);
    assert_eq!(&inkml::read(inkml::write(recording).unwrap().as_bytes()).unwrap(), recording);
}

fn packet(recording: Recording) -> StrokePacket {
    let nonce = Nonce { height: Height(1), block: Digest::sm3(b"block") };
    let signer = Name::new("somebody", "signer").unwrap();
    let binding = Binding { signer, document: Digest::sm3(b"document"), nonce, intent: String::new() };
    recording.into_packet(binding, Session::default())
}

fn real_files() -> Vec<PathBuf> {
    let Some(data) = std::env::var_os("CHIROGRAPH_DATA") else { return Vec::new() };
    let folders = ["task1", "task2"].map(|task| Path::new(&data).join(task));
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "TXT")).collect()
}
