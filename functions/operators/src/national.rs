//! The communes of France by their INSEE codes: names, postcodes, populations. The list is made by `cargo xtask communes`.

use parvis_domain::InseeCode;

/// See `data/communes.mjs` for its form.
const LIST: &str = include_str!("../data/communes.tsv");

/// A commune as the state lists it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    /// The official name: `L'Haÿ-les-Roses`.
    pub(crate) name: &'static str,
    /// Code of the département (or overseas collectivity): `94`, `2A`, `974`.
    pub(crate) department: &'static str,
    /// Five digits each, at least one.
    pub(crate) postcodes: Vec<String>,
    /// Residents by the last census, where there is one.
    pub(crate) population: Option<u32>,
}

/// The commune of a code. Reads the list line by line, less than a millisecond: it is asked when a commune subscribes.
pub(crate) fn find(insee: &InseeCode) -> Option<Listed> {
    let mut department = None;
    for line in LIST.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let code = heading.split('\t').next().unwrap_or_default();
            department = insee.as_str().strip_prefix(code).filter(|_| !code.is_empty()).map(|rest| (code, rest));
            continue;
        }
        let Some((department, rest)) = department else { continue };
        let mut fields = line.split('\t');
        if fields.next() != Some(rest) {
            continue;
        }
        let (name, population, postcodes) = (fields.next()?, fields.next()?, fields.next()?);
        let whole = |code: &str| if code.len() == 5 { code.to_owned() } else { format!("{department}{code}") };
        let postcodes = postcodes.split(' ').map(whole).collect();
        return Some(Listed { name, department, postcodes, population: population.parse().ok() });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(code: &str) -> Option<Listed> {
        find(&code.parse().expect("a code"))
    }

    #[test]
    fn a_commune_is_found_by_its_code_on_the_mainland_in_corsica_and_overseas() {
        let jouques = listed("13048").expect("Jouques");
        assert_eq!((jouques.name, jouques.department), ("Jouques", "13"));
        assert_eq!(jouques.postcodes, ["13490"]);
        assert!((4_000..6_000).contains(&jouques.population.expect("residents")));
        let ajaccio = listed("2A004").expect("Ajaccio");
        assert_eq!((ajaccio.name, ajaccio.department), ("Ajaccio", "2A"));
        assert!(ajaccio.postcodes.contains(&"20000".to_owned()), "{ajaccio:?}");
        assert_eq!(listed("97411").expect("Saint-Denis").department, "974");
        assert_eq!(listed("98735").expect("Papeete").department, "987");
        assert_eq!(listed("75056").expect("Paris").postcodes.len(), 21);
    }

    #[test]
    fn what_is_no_commune_of_today_is_not_found() {
        assert_eq!(listed("99001"), None);
        assert_eq!(listed("00000"), None);
    }

    #[test]
    fn every_line_can_be_read_and_every_commune_is_there_once() {
        let mut found = std::collections::BTreeSet::new();
        let mut department = "";
        for line in LIST.lines().filter(|line| !line.starts_with("##")) {
            if let Some(heading) = line.strip_prefix('#') {
                department = heading.split('\t').next().expect("a code");
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let code = format!("{department}{}", fields[0]);
            assert!(fields.len() == 4 && InseeCode::parse(&code).is_ok(), "{line}");
            let postcodes =
                fields[3].split(' ').map(|p| if p.len() == 5 { p.to_owned() } else { format!("{department}{p}") });
            assert!(postcodes.clone().all(|p| p.len() == 5 && p.bytes().all(|b| b.is_ascii_digit())), "{line}");
            assert!(found.insert(code), "{line} is there twice");
        }
        assert!((34_000..36_000).contains(&found.len()), "{}", found.len());
    }
}
