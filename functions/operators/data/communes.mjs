// Makes communes.tsv from npm's @etalab/decoupage-administratif (INSEE's official geographic code, La Poste's postcodes, legal
// populations; MIT). Called by `cargo xtask communes`, by hand, about once a year: communes merge every January.
//
// `node communes.mjs <folder of the package> <target>`; one line per commune of today, grouped by département:
//
//     #13<tab>Bouches-du-Rhône
//     048<tab>Jouques<tab>4473<tab>490
//
// The code and the postcodes lack what they share with the département's code; postcodes that do not begin with it are whole.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , folder, target] = process.argv
const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const { version } = read('package.json')
const communes = read('data/communes.json').filter(c => c.type === 'commune-actuelle' && c.codesPostaux?.length > 0)
const departements = new Map(read('data/departements.json').map(d => [d.code, d.nom]))

const by = new Map()
for (const commune of communes) {
  if (!commune.code.startsWith(commune.departement)) throw new Error(`${commune.code} is not in ${commune.departement}`)
  if (/[\t\n]/.test(commune.nom)) throw new Error(`${commune.nom} does not fit on a line`)
  by.set(commune.departement, [...(by.get(commune.departement) ?? []), commune])
}
const order = (a, b) => (a < b ? -1 : 1)
const lines = [`## @etalab/decoupage-administratif ${version}, read on ${new Date().toISOString().slice(0, 10)}`]
for (const departement of [...by.keys()].sort(order)) {
  lines.push(`#${departement}\t${departements.get(departement)}`)
  for (const commune of by.get(departement).sort((a, b) => order(a.code, b.code))) {
    const short = code => (code.startsWith(departement) ? code.slice(departement.length) : code)
    const postcodes = commune.codesPostaux.map(short).join(' ')
    lines.push([short(commune.code), commune.nom, commune.population ?? '', postcodes].join('\t'))
  }
}
writeFileSync(target, lines.join('\n') + '\n')
console.log(`${communes.length} communes of ${by.size} départements in ${target}`)
