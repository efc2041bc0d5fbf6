//! One-time codes of authenticator apps (TOTP, RFC 6238) as every app has them: SHA-1, six digits, 30 seconds.

use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// What an app and we share: 160 bits (RFC 4226, section 4). Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// Bytes that are random, or were kept.
    pub const fn new(bytes: [u8; 20]) -> TotpSecret {
        TotpSecret(bytes)
    }

    /// What somebody types into an app, if it is 160 bits in base 32.
    pub fn from_base32(text: &str) -> Option<TotpSecret> {
        let secret = Secret::try_from_base32(text).ok()?;
        secret.as_bytes().try_into().ok().map(TotpSecret)
    }

    /// For keeping it, encrypted.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// For who types it into an app.
    pub fn to_base32(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// For who scans it, as `otpauth://totp/<issuer>:<account>?…`.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        // A colon parts issuer and account; a name that has one says the same without it.
        let clean = |text: &str| text.replace(':', " ");
        let account = if account.is_empty() { "Parvis".to_owned() } else { clean(account) };
        let totp = self.builder().with_issuer(Some(clean(issuer))).with_account_name(account).build_noncompliant();
        // The two things that it refuses are those that were just mended.
        totp.to_url().unwrap_or_else(|_| format!("otpauth://totp/Parvis?secret={}", self.to_base32()))
    }

    /// The code that an app shows at a time.
    pub fn code(&self, at: Timestamp) -> String {
        self.totp().generate(seconds(at)).to_string()
    }

    /// The 30-second step (counted from 1970) that a code belongs to, if it is the current one or one of its neighbours:
    /// clocks differ, and people type slowly. A step's code must be taken once only (RFC 6238, section 5.2).
    pub fn step_of(&self, code: &str, at: Timestamp) -> Option<u64> {
        self.totp().check(code, seconds(at))
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }

    fn builder(&self) -> Builder {
        Builder::new().with_secret(Secret::new_stack(self.0)).with_skew(1)
    }
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: TotpSecret = TotpSecret::new(*b"12345678901234567890");

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc_s_test_vectors() {
        // RFC 6238, appendix B, SHA-1; it has eight digits, of which six are the last ones.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(RFC.code(at(seconds)), code, "at {seconds}");
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_the_ones_beside_it_and_names_its_step() {
        let code = RFC.code(at(3_000));
        for (seconds, good) in [(2_969, false), (2_970, true), (3_000, true), (3_059, true), (3_060, false)] {
            assert_eq!(RFC.step_of(&code, at(seconds)), good.then_some(100), "at {seconds}");
        }
        for wrong in ["", "28708", "2870822", "28708a", "+87082", "２８７０８２"] {
            assert_eq!(RFC.step_of(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_from_text_or_uri() {
        assert_eq!(RFC.to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::from_base32(&RFC.to_base32()), Some(RFC));
        assert_eq!(TotpSecret::from_base32("GEZDGNBV"), None);
        let uri = RFC.uri("Saint-Jean : mairie", "luc@exemple.fr");
        let expected = "otpauth://totp/Saint-Jean%20%20%20mairie:luc%40exemple.fr?\
                        secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Saint-Jean%20%20%20mairie";
        assert_eq!(uri, expected);
        assert!(RFC.uri("", "").starts_with("otpauth://totp/"));
        assert_eq!(format!("{RFC:?}"), "TotpSecret(…)");
    }
}
