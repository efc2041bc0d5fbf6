//! The published prices, from `infra/bench/prices.json`: the one place where they are, each with its source and its day.

use std::collections::BTreeMap;

use serde::Deserialize;

const FILE: &str = include_str!("../../prices.json");

/// The file.
#[derive(Debug, Deserialize)]
pub(super) struct Prices {
    euro: Euro,
    prices: Vec<Price>,
}

#[derive(Debug, Deserialize)]
struct Euro {
    usd_per_eur: f64,
}

/// One price in US dollars.
#[derive(Debug, Deserialize)]
pub(super) struct Price {
    id: String,
    usd: f64,
    per: f64,
    /// What is counted, in words.
    unit: String,
    /// Where it was read; none for an assumption.
    source: Option<String>,
}

impl Prices {
    pub(super) fn read() -> Result<Prices, String> {
        serde_json::from_str(FILE).map_err(|error| format!("infra/bench/prices.json: {error}"))
    }

    fn price(&self, id: &str) -> Result<&Price, String> {
        let price = self.prices.iter().find(|price| price.id == id);
        price.ok_or_else(|| format!("infra/bench/prices.json has no price {id}"))
    }

    /// One unit in US dollars.
    pub(super) fn usd(&self, id: &str) -> Result<f64, String> {
        self.price(id).map(|price| price.usd / price.per)
    }

    /// What a quantity costs in euros.
    ///
    /// # Errors
    /// A price that is not in the file.
    pub(super) fn euros(&self, id: &str, quantity: f64) -> Result<f64, String> {
        Ok(quantity * self.usd(id)? / self.euro.usd_per_eur)
    }

    /// What a bill costs in euros, line by line.
    pub(super) fn bill(&self, quantities: &BTreeMap<&'static str, f64>) -> Result<BTreeMap<&'static str, f64>, String> {
        quantities.iter().map(|(id, quantity)| Ok((*id, self.euros(id, *quantity)?))).collect()
    }

    /// What is counted, and whether its price is an assumption.
    ///
    /// # Errors
    /// A price that is not in the file.
    pub(super) fn words(&self, id: &str) -> Result<String, String> {
        let Price { unit, source, .. } = self.price(id)?;
        Ok(if source.is_some() { unit.clone() } else { format!("{unit} (price without a source)") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_per_its_number_of_units_and_in_euros() {
        let price = Price { id: "x".to_owned(), usd: 0.60, per: 10_000.0, unit: "calls".to_owned(), source: None };
        let prices = Prices { euro: Euro { usd_per_eur: 1.2 }, prices: vec![price] };
        // 25,000 units are 2.5 times $0.60, which is $1.50, which is €1.25.
        assert!((prices.euros("x", 25_000.0).unwrap() - 1.25).abs() < 1e-12);
        assert!(prices.euros("y", 1.0).unwrap_err().contains("no price y"));
        assert_eq!(prices.words("x").unwrap(), "calls (price without a source)");
    }

    #[test]
    fn the_file_is_read_and_no_price_is_there_twice() {
        let prices = Prices::read().unwrap();
        let ids: std::collections::BTreeSet<&str> = prices.prices.iter().map(|price| price.id.as_str()).collect();
        assert_eq!(ids.len(), prices.prices.len());
        assert!(prices.prices.iter().all(|price| price.usd > 0.0 && price.per >= 1.0));
    }
}
