//! What a court is handed of the ledger: receipts, a matter, the whole dossier of an event.

use super::*;

impl World {
    pub fn receipt(&self, seq: u64) -> Receipt {
        self.receipt_at(seq, &self.checkpoint)
    }
    pub fn receipt_at(&self, seq: u64, checkpoint: &Checkpoint) -> Receipt {
        let size = checkpoint.header.ledger_size;
        let path = |hash| {
            let upto: Vec<&Event> = self.events.iter().take(size as usize).collect();
            let nodes = frontier(hash, &upto).1;
            Prover { hash, node: |p| nodes.get(&p).copied().ok_or(p) }.inclusion(seq, size).unwrap()
        };
        Receipt {
            event: self.events[seq as usize].clone(),
            sm3_path: path(LogHash::Sm3),
            sha256_path: path(LogHash::Sha256),
            checkpoint: checkpoint.clone(),
        }
    }
    pub fn matter_file(&self, matter: &str) -> MatterFile {
        let matter = name(matter);
        let key = StateKey::Matter(matter.clone()).to_bytes();
        let leaf = self.state.get(&key).map(|v| MatterLeaf::from_bytes(v).unwrap());
        let proof = prove(&self.hashed(), &Digest::sm3(&key));
        let events = self.of_matter(&matter);
        MatterFile { proof: MatterProof { matter, leaf, proof, checkpoint: self.checkpoint.clone() }, events }
    }
    /// The package of an event.
    pub fn dossier(&self, seq: u64, variant: Variant) -> Dossier {
        let event = self.events[seq as usize].clone();
        let body = &event.transaction.draft.body;
        let own = self.packets.get(&seq).cloned().unwrap_or_default();
        let (packet, mut references) = match body {
            Body::Sign { .. } => (own.into_iter().next(), Vec::new()),
            _ => (None, own),
        };
        let compared = event.appraisal.as_ref().is_some_and(|a| a.template != Digest::ZERO);
        if variant == Variant::Full && compared {
            references = self.packets[&0].clone();
        }
        let shown = variant != Variant::Public;
        let nonce = match body {
            Body::Sign { nonce, .. } => Some(self.headers[nonce.height.0 as usize].clone()),
            _ => None,
        };
        let retired = key(&format!("{}op3", self.seed)).public().id();
        let state = StateFile::new(vec![
            self.entry(&StateKey::Organisation(name("platform"))),
            self.entry(&StateKey::Organisation(name("court-one"))),
            self.entry(&StateKey::RetiredKey(retired)),
        ]);
        Dossier {
            variant,
            genesis: self.genesis.clone(),
            receipt: self.receipt(seq),
            trail: self.trail.clone(),
            state,
            matter: body.matter().map(|m| self.matter_file(m.as_str())),
            nonce,
            document: None,
            login: None,
            packet: packet.filter(|_| shown),
            references: if shown { references } else { Vec::new() },
            enrolment: (seq == 3).then(|| self.receipt(0)),
            model: event.appraisal.as_ref().map(|_| MODEL.to_vec()),
            intents: match seq {
                1 | 3 => vec![self.will()],
                13 => vec![self.late()],
                _ => Vec::new(),
            },
            faults: vec![self.receipt(7)],
            stamps: Vec::new(),
            readable: Files::default(),
            event,
        }
    }
}
