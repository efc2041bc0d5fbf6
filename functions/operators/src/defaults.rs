//! What a commune begins with: an id made of its name, the usual categories, one service.

use parvis_domain::{Boundary, CommuneId, InseeCode, Invalid, OUTLINE_POSITIONS, Settings};
use parvis_store::StoreError;

use crate::national::Listed;

/// Kinds, categories with questions, and the town hall as the one service.
const USUAL: &str = include_str!("../data/usual.json");

/// The ids that a commune may get by its name, the first that is free: `saint-denis`, `saint-denis-93`,
/// `saint-denis-93066`.
pub(crate) fn ids(listed: &Listed, insee: &InseeCode) -> Vec<CommuneId> {
    let slug = slug(listed.name);
    let candidates = [slug.clone(), with(&slug, listed.department), with(&slug, insee.as_str())];
    candidates.iter().filter_map(|id| id.parse().ok()).filter(|id: &CommuneId| !id.is_reserved()).collect()
}

/// The settings of a new commune.
pub(crate) fn settings(
    id: CommuneId,
    insee: &InseeCode,
    listed: &Listed,
    boundary: &Boundary,
) -> Result<Settings, StoreError> {
    let defect = |what: String| StoreError::Defect(format!("the usual settings: {what}"));
    let mut usual: serde_json::Value = serde_json::from_str(USUAL).map_err(|e| defect(e.to_string()))?;
    let centre = boundary.inside().ok_or_else(|| defect("a boundary without an inside".to_owned()))?;
    let few = (boundary.positions() > OUTLINE_POSITIONS).then(|| boundary.simplified(OUTLINE_POSITIONS));
    usual["id"] = serde_json::json!(id);
    usual["name"] = listed.name.into();
    usual["insee"] = serde_json::json!(insee);
    usual["postcodes"] = serde_json::json!(listed.postcodes);
    usual["centre"] = serde_json::json!(centre);
    usual["boundary"] = boundary.to_geojson();
    usual["sms_sender"] = sms_sender(listed.name).into();
    let settings: Settings = serde_json::from_value(usual).map_err(|e| defect(e.to_string()))?;
    let settings = Settings { outline: few, ..settings };
    let broken = |wrong: Vec<Invalid>| defect(wrong.iter().map(|w| w.detail.clone()).collect::<Vec<_>>().join("; "));
    settings.check().map_err(broken)?;
    Ok(settings)
}

/// `slug-addition` in 40 characters.
fn with(slug: &str, addition: &str) -> String {
    let room = 39 - addition.len();
    format!("{}-{}", slug.get(..room.min(slug.len())).unwrap_or(slug).trim_end_matches('-'), addition.to_lowercase())
}

/// `L'Haÿ-les-Roses` -> `l-hay-les-roses`, at most 40 characters.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for part in name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(part.chars().flat_map(char::to_lowercase).map(plain).flat_map(str::chars));
    }
    slug.truncate(40);
    slug.trim_end_matches('-').to_owned()
}

/// `Saint-Étienne-du-Temple` -> `SAINTETIENN`, as phones show the sender.
fn sms_sender(name: &str) -> String {
    slug(name).chars().filter(char::is_ascii_alphanumeric).take(11).collect::<String>().to_uppercase()
}

/// A letter of a French name without what is above, below or within it; `-` for what no name has.
fn plain(letter: char) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    if let Some(at) = LETTERS.find(letter) {
        return &LETTERS[at..=at];
    }
    match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' | 'í' | 'ì' => "i",
        'ñ' => "n",
        'ô' | 'ö' | 'ó' | 'õ' | 'ō' => "o",
        'ù' | 'û' | 'ü' | 'ú' => "u",
        'ÿ' => "y",
        'œ' => "oe",
        'æ' => "ae",
        _ => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_name_without_accents_and_longer_where_the_name_is_taken() {
        let listed = |name| Listed { name, department: "93", postcodes: vec!["93200".to_owned()], population: Some(1) };
        let ids = |name| ids(&listed(name), &"93066".parse().expect("a code"));
        let texts = |name| ids(name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts("Saint-Denis"), ["saint-denis", "saint-denis-93", "saint-denis-93066"]);
        assert_eq!(texts("L'Haÿ-les-Roses")[0], "l-hay-les-roses");
        assert_eq!(texts("Œuilly")[0], "oeuilly");
        // The village in the Somme: one letter is no id.
        assert_eq!(texts("Y"), ["y-93", "y-93066"]);
        let longest = texts("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson");
        assert_eq!(longest.len(), 3);
        assert!(longest.iter().all(|id| id.len() <= 40), "{longest:?}");
    }

    #[test]
    fn every_name_in_the_list_gives_an_id_and_a_sender() {
        for line in include_str!("../data/communes.tsv").lines().filter(|line| !line.starts_with('#')) {
            let name = line.split('\t').nth(1).expect("a name");
            assert!(!slug(name).contains("--") && with(&slug(name), "99").parse::<CommuneId>().is_ok(), "{name}");
            assert!((1..=11).contains(&sms_sender(name).len()), "{name}");
        }
    }

    #[test]
    fn what_a_commune_begins_with_fits_together() {
        let boundary = serde_json::json!({ "type": "Polygon", "coordinates": [
            [[5.5, 43.5], [5.6, 43.5], [5.6, 43.6], [5.5, 43.6], [5.5, 43.5]]] });
        let boundary: Boundary = serde_json::from_value(boundary).expect("a boundary");
        let insee: InseeCode = "13048".parse().expect("a code");
        let listed = crate::national::find(&insee).expect("Jouques");
        let settings = settings("jouques".parse().expect("an id"), &insee, &listed, &boundary).expect("settings");
        assert_eq!((settings.name.as_str(), settings.sms_sender.as_str()), ("Jouques", "JOUQUES"));
        assert!(settings.categories.len() >= 6 && settings.categories.iter().all(|c| !c.questions.is_empty()));
        assert_eq!(settings.services.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["mairie"]);
    }
}
