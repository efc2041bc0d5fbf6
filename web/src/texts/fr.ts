// French: the language everything is written in first. A text with a number or a name in it is a function.

const many = (n: number, one: string, other: string) => (Math.abs(n) < 2 ? one : other);

/** `d’Arles`, `du Mans`, `des Sables`, `de Lyon`. */
const ofName = (name: string) => {
  if (/^Le /.test(name)) return `du ${name.slice(3)}`;
  if (/^Les /.test(name)) return `des ${name.slice(4)}`;
  return /^[aeiouyéèêâîôœæ]/i.test(name) ? `d’${name}` : `de ${name}`;
};

export const texts = {
  common: {
    loading: 'Chargement…',
    retry: 'Réessayer',
    more: 'Afficher la suite',
    cancel: 'Annuler',
    close: 'Fermer',
    save: 'Enregistrer',
    saved: 'Enregistré.',
    send: 'Envoyer',
    back: 'Retour',
    next: 'Continuer',
    edit: 'Modifier',
    remove: 'Retirer',
    undo: 'Annuler cette action',
    yes: 'Oui',
    no: 'Non',
    required: 'obligatoire',
    optional: 'facultatif',
    skip: 'Aller au contenu',
    menu: 'Menu',
    language: 'Langue',
    signIn: 'Se connecter',
    signOut: 'Se déconnecter',
    offline: 'Pas de réseau.',
    offlineAsOf: (when: string) => `Pas de réseau. Voici ce qui était connu ${when}.`,
    backOnline: 'De nouveau en ligne.',
    newVersion: 'Une nouvelle version est prête.',
    reload: 'Recharger',
    failed: 'Cela n’a pas marché.',
    failedOffline: 'Impossible de joindre la commune : vérifiez votre connexion, puis réessayez.',
    tooMany: (seconds: number) => `Trop de demandes. Réessayez dans ${seconds} s.`,
    forHelp: (id: string) => `Pour toute question, donnez ce numéro : ${id}`,
    fixErrors: (n: number) => many(n, 'Un champ est à corriger', `${n} champs sont à corriger`),
    notFound: 'Cette page n’existe pas',
    notFoundText: 'L’adresse est peut-être incomplète, ou ce qu’elle montrait n’est plus public.',
    home: 'Accueil',
    photos: (n: number) => many(n, `${n} photo`, `${n} photos`),
    followers: (n: number) => many(n, `${n} personne suit`, `${n} personnes suivent`),
  },
  status: {
    unconfirmed: 'À confirmer',
    received: 'Reçu',
    under_review: 'À l’étude',
    in_progress: 'En cours',
    scheduled: 'Planifié',
    awaiting_reporter: 'Attend votre réponse',
    forwarded: 'Transmis',
    resolved: 'Résolu',
    closed: 'Clos',
    reopen_requested: 'Réouverture demandée',
    reopened: 'Rouvert',
    expired: 'Expiré',
  },
  kind: {
    problem: 'Problème',
    idea: 'Idée',
    question: 'Question',
    opinion: 'Avis',
    praise: 'Merci',
    observation: 'Observation',
  },
  channel: { push: 'Notification', sms: 'SMS', email: 'E-mail' },
  role: {
    resident: 'Habitant',
    agent: 'Agent',
    manager: 'Responsable de service',
    moderator: 'Modérateur',
    elected_member: 'Élu',
    administrator: 'Administrateur',
    operator: 'Exploitant',
  },
  closeReason: {
    no_action: 'Sans suite',
    not_responsible: 'Ne relève pas de la commune',
    duplicate: 'Déjà signalé',
    invalid: 'Non recevable',
    withdrawn: 'Retiré',
  },
  /** What residents read and do. */
  resident: {},
  /** The console of those who work for the commune. */
  console: {},
  /** The operators’ pages. */
  operator: {},
  /** The declaration of accessibility that the law asks of a commune. */
  accessibility: {
    title: 'Accessibilité',
    lead: (commune: string) =>
      `La commune ${ofName(commune)} s’engage à rendre ce service accessible à toutes et à tous, conformément à l’article 47 de la loi n° 2005-102 du 11 février 2005. Cette déclaration s’applique à toutes ses pages : celles des habitants et celles des agents.`,
    state: 'État de conformité',
    states: { full: 'Totalement conforme', part: 'Partiellement conforme', none: 'Non conforme' },
    stateWhy: {
      full: 'Tous les critères qui s’appliquent à ce service sont respectés.',
      part: 'La plupart des critères sont respectés. Les autres sont nommés plus bas.',
      none: 'Moins de la moitié des critères sont vérifiés et respectés. Les autres sont nommés plus bas.',
    },
    referential: (name: string) => `Le référentiel : ${name}, référentiel général d’amélioration de l’accessibilité`,
    results: 'Résultats des tests',
    rate: (percent: string, conform: number, all: number) =>
      `${percent} des critères applicables sont respectés : ${conform} sur ${all}.`,
    byWhom:
      'C’est une autoévaluation de l’équipe qui fabrique Parvis, le logiciel de ce service. Aucun organisme extérieur ne l’a encore contrôlée.',
    missing: 'Contenus non accessibles',
    missingNone: 'Aucun n’est connu à ce jour.',
    failing: 'Ce qui n’est pas conforme',
    unchecked: 'Ce qui reste à vérifier',
    uncheckedText: 'Tant que personne ne les a vérifiés, ces critères comptent comme non respectés.',
    exempt: 'Contenus que l’obligation ne couvre pas',
    exemptPhotos:
      'Les photos et les textes envoyés par les habitants. Chaque photo accompagne un texte qui décrit le signalement.',
    exemptMap: 'Le fond de carte, fourni par un tiers. La liste des signalements dit tout ce que la carte montre.',
    made: 'Établissement de cette déclaration',
    madeOn: (when: string) => `Cette déclaration a été établie le ${when}.`,
    technologies: 'Technologies employées',
    environment: 'Environnement de test',
    environmentText:
      'Chromium, sur un écran d’ordinateur et sur un écran de téléphone, au clavier, en clair et en sombre, à 200 % et à 320 pixels de large. Aucun lecteur d’écran n’a encore été essayé.',
    tools: 'Outils d’évaluation',
    toolsText: 'axe-core, Lighthouse, Playwright',
    pages: 'Pages vérifiées',
    pagesText: 'Toutes les pages du service, à chaque version.',
    contact: 'Un contenu vous résiste ?',
    contactText:
      'Écrivez ou téléphonez à la commune : elle vous donnera l’information autrement, ou vous orientera vers une page accessible.',
    contactNone: 'Adressez-vous à la mairie, sur place, par courrier ou par téléphone.',
    recourse: 'Voies de recours',
    recourseText:
      'Vous avez signalé à la commune un défaut qui vous empêche d’utiliser ce service, et sa réponse ne vous convient pas ou ne vient pas ? Vous pouvez saisir le Défenseur des droits :',
    defenderForm: 'par son formulaire en ligne',
    defenderDelegate: 'auprès de son délégué le plus proche de chez vous',
    defenderPhone: 'par téléphone, au 09 69 39 00 00',
    defenderPost: 'par courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07',
  },
  /** The map and choosing a place. */
  map: {
    map: 'Carte',
    list: 'Liste',
    zoomIn: 'Agrandir',
    zoomOut: 'Réduire',
    noTiles: 'Sans fond de carte : le contour de la commune et les signalements restent affichés.',
  },
};

export type Texts = typeof texts;
