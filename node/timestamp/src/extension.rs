//! Extensions as certificates, revocation lists and tokens carry them: `SEQUENCE { OID, BOOLEAN critical, OCTET STRING }`.
//! What one of them says is for whoever asked for them.

use crate::der::{BadDer, Reader, tag};

/// Most extensions of one thing.
pub(crate) const EXTENSIONS_MAX: usize = 64;

/// One extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension<'a> {
    /// Its object identifier.
    pub name: &'a [u8],
    /// Whether who does not know it must not go on.
    pub critical: bool,
    /// What it says: DER, not looked at.
    pub value: &'a [u8],
}

/// All that are left in a reader; no two of one name.
pub(crate) fn list<'a>(inside: Reader<'a>, field: &'static str) -> Result<Vec<Extension<'a>>, BadDer> {
    let mut found: Vec<Extension<'a>> = Vec::new();
    for item in inside.list(EXTENSIONS_MAX, field)? {
        let mut inside = Reader::new(item.raw).sequence(field)?;
        let name = inside.oid(field)?;
        let critical = inside.optional(tag::BOOLEAN, field)?.is_some_and(|v| v.body == [0xff]);
        let value = inside.expect(tag::OCTETS, field)?.body;
        inside.end(field)?;
        if found.iter().any(|e| e.name == name) {
            return Err(BadDer(field));
        }
        found.push(Extension { name, critical, value });
    }
    Ok(found)
}
