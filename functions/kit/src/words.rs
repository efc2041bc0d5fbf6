//! What the pieces say, in the French of residents. Narrow no-break spaces stand before `?`, `!`, `;` and `:`, as French
//! typography wants it (Lexique des règles typographiques en usage à l'Imprimerie nationale); no-break spaces keep an article
//! with its noun.

/// What one sees in a street.
pub(crate) const QUESTION: &str = "Un\u{a0}trou, un\u{a0}lampadaire, un\u{a0}dépôt\u{202f}?";

/// What to do about it.
pub(crate) const CALL: &str = "Dites-le à la mairie.";

/// A step: what one does, and how.
pub(crate) struct Step {
    /// One word.
    pub(crate) title: &'static str,
    /// A sentence or two.
    pub(crate) text: &'static str,
}

/// From the poster to the answer.
pub(crate) const STEPS: [Step; 3] = [
    Step {
        title: "Ouvrez",
        text: "Scannez le code avec l’appareil photo de votre téléphone, ou tapez l’adresse. Rien à installer.",
    },
    Step {
        title: "Montrez",
        text: "Une photo, le lieu, quelques mots\u{202f}: moins d’une minute, sans mot de passe.",
    },
    Step { title: "Suivez", text: "On vous prévient à chaque étape, jusqu’à la réponse de la mairie." },
];

/// The steps where there is room for one line.
pub(crate) const IN_SHORT: &str = "Une photo, le lieu, quelques\u{a0}mots. Et la mairie vous\u{a0}répond.";

/// Above the QR code.
pub(crate) const SCAN: &str = "Scannez ce code";

/// Above the address.
pub(crate) const TYPE: &str = "ou tapez cette adresse";

/// What happens to personal data; docs/security.md says how it is held.
pub(crate) const PRIVACY: &str = "Votre nom n’est jamais publié. Votre numéro ou votre adresse e-mail servent à vous \
    répondre, et à rien d’autre sans votre accord. La mairie en est responsable\u{202f}; vous pouvez tout faire effacer, à \
    tout moment.";

/// What the logo is, for who cannot see it.
pub(crate) fn logo_alt(name: &str) -> String {
    format!("Logo de {name}")
}

/// What the QR code is, for who cannot see it.
pub(crate) fn qr_alt(address: &str) -> String {
    format!("Code QR qui mène à l’adresse {address}")
}
