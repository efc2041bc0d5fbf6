//! Countries whose mobile numbers can get text messages.

use std::fmt;

use phonenumber::country::Id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A country or territory, by its ISO 3166-1 alpha-2 code: France, its overseas territories, and its neighbours. SMS to
/// anywhere else is how toll fraud works. The southern territories (TF) have no numbers of their own, they use those of +262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Country {
    Fr,
    Gp,
    Mq,
    Gf,
    Re,
    Yt,
    Pm,
    Bl,
    Mf,
    Nc,
    Pf,
    Wf,
    Ad,
    Be,
    Ch,
    De,
    Es,
    It,
    Lu,
    Mc,
}

impl Country {
    /// Every one.
    pub const ALL: [Country; 20] = {
        use Country::*;
        [Fr, Gp, Mq, Gf, Re, Yt, Pm, Bl, Mf, Nc, Pf, Wf, Ad, Be, Ch, De, Es, It, Lu, Mc]
    };
    /// France and its overseas territories: what a commune allows that says nothing else.
    pub const FRANCE: &[Country] = Self::ALL.split_at(12).0;

    pub(crate) fn of(id: Id) -> Option<Country> {
        Self::ALL.into_iter().find(|country| country.id() == id)
    }

    const fn id(self) -> Id {
        match self {
            Country::Fr => Id::FR,
            Country::Gp => Id::GP,
            Country::Mq => Id::MQ,
            Country::Gf => Id::GF,
            Country::Re => Id::RE,
            Country::Yt => Id::YT,
            Country::Pm => Id::PM,
            Country::Bl => Id::BL,
            Country::Mf => Id::MF,
            Country::Nc => Id::NC,
            Country::Pf => Id::PF,
            Country::Wf => Id::WF,
            Country::Ad => Id::AD,
            Country::Be => Id::BE,
            Country::Ch => Id::CH,
            Country::De => Id::DE,
            Country::Es => Id::ES,
            Country::It => Id::IT,
            Country::Lu => Id::LU,
            Country::Mc => Id::MC,
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id().as_ref())
    }
}

/// `FR, GP, MQ`.
pub fn listed(countries: &[Country]) -> String {
    countries.iter().map(Country::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_written_as_its_iso_code() {
        for country in Country::ALL {
            assert_eq!(serde_json::to_value(country).unwrap(), country.to_string());
            assert_eq!(Country::of(country.id()), Some(country));
        }
        assert_eq!(Country::FRANCE.last(), Some(&Country::Wf));
        assert_eq!(Country::of(Id::US), None);
    }
}
