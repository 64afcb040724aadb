//! Object identifiers that are known here, as the content bytes of their DER. Nothing is looked up by name.

/// rsaEncryption (PKCS#1).
pub const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// sha1WithRSAEncryption.
pub const RSA_SHA1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05";
/// sha256WithRSAEncryption.
pub const RSA_SHA256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
/// sha384WithRSAEncryption.
pub const RSA_SHA384: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c";
/// sha512WithRSAEncryption.
pub const RSA_SHA512: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d";
/// RSASSA-PSS.
pub const RSA_PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
/// MGF1, the mask of RSASSA-PSS.
pub const MGF1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";
/// id-ecPublicKey.
pub const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// Curve P-256.
pub const P256: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// Curve P-384.
pub const P384: &[u8] = b"\x2b\x81\x04\x00\x22";
/// Curve of SM2 (GB/T 32918.5).
pub const SM2: &[u8] = b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d";
/// ecdsa-with-SHA1.
pub const ECDSA_SHA1: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x01";
/// ecdsa-with-SHA256.
pub const ECDSA_SHA256: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x02";
/// ecdsa-with-SHA384.
pub const ECDSA_SHA384: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x03";
/// ecdsa-with-SHA512.
pub const ECDSA_SHA512: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x04";
/// SM2 with SM3.
pub const SM2_SM3: &[u8] = b"\x2a\x81\x1c\xcf\x55\x01\x83\x75";
/// SM2 as the algorithm of a signature in GB/T 35275 (1.2.156.10197.1.301.1).
pub const SM2_SIGN: &[u8] = b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x01";
/// SHA-1.
pub const SHA1: &[u8] = b"\x2b\x0e\x03\x02\x1a";
/// SHA-256.
pub const SHA256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";
/// SHA-384.
pub const SHA384: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x02";
/// SHA-512.
pub const SHA512: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x03";
/// SM3.
pub const SM3: &[u8] = b"\x2a\x81\x1c\xcf\x55\x01\x83\x11";
/// SM3 without a key, the arc that GB/T 35275 names (1.2.156.10197.1.401.1).
pub const SM3_PLAIN: &[u8] = b"\x2a\x81\x1c\xcf\x55\x01\x83\x11\x01";

/// signedData (CMS).
pub const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
/// signedData of GB/T 35275.
pub const SIGNED_DATA_GM: &[u8] = b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02";
/// TSTInfo: what a time-stamp token says.
pub const TST_INFO: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
/// Attribute contentType.
pub const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
/// Attribute messageDigest.
pub const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
/// Attribute signingTime: the signer's own claim.
pub const SIGNING_TIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";
/// Attribute signingCertificate (ESS, SHA-1).
pub const SIGNING_CERTIFICATE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c";
/// Attribute signingCertificateV2.
pub const SIGNING_CERTIFICATE_V2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";
/// Unsigned attribute: a time-stamp token over the signature.
pub const SIGNATURE_TIME_STAMP: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e";

/// Extension keyUsage.
pub const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
/// Extension basicConstraints.
pub const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
/// Extension extKeyUsage.
pub const EXT_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
/// Extension certificatePolicies: any policy is taken.
pub const POLICIES: &[u8] = b"\x55\x1d\x20";
/// Extension subjectKeyIdentifier.
pub const SUBJECT_KEY_ID: &[u8] = b"\x55\x1d\x0e";
/// Extended key usage timeStamping.
pub const TIME_STAMPING: &[u8] = b"\x2b\x06\x01\x05\x05\x07\x03\x08";
/// Entry extension of a CRL: why a certificate was revoked.
pub const CRL_REASON: &[u8] = b"\x55\x1d\x15";
/// Name attribute commonName.
pub const COMMON_NAME: &[u8] = b"\x55\x04\x03";
/// Name attribute organizationName.
pub const ORGANIZATION: &[u8] = b"\x55\x04\x0a";

/// Dotted form, for people.
pub fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc: u64 = 0;
    for byte in oid.iter().take(64) {
        arc = arc.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let first = arcs.first().copied().unwrap_or(0);
    let top = (first / 40).min(2);
    let head = [top, first - 40 * top];
    let all = head.iter().chain(arcs.iter().skip(1)).map(u64::to_string);
    all.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_forms() {
        assert_eq!(dotted(TST_INFO), "1.2.840.113549.1.9.16.1.4");
        assert_eq!(dotted(SM2_SM3), "1.2.156.10197.1.501");
        assert_eq!(dotted(SM2), "1.2.156.10197.1.301");
        assert_eq!(dotted(SM3), "1.2.156.10197.1.401");
        assert_eq!(dotted(SIGNED_DATA_GM), "1.2.156.10197.6.1.4.2.2");
        assert_eq!(dotted(SM2_SIGN), "1.2.156.10197.1.301.1");
        assert_eq!(dotted(EXT_KEY_USAGE), "2.5.29.37");
        assert_eq!(dotted(&[0xff; 80]), "0.0");
    }
}
