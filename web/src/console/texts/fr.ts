// The console in French. A text with a number or a name in it is a function.

const many = (n: number, one: string, other: string) => (Math.abs(n) < 2 ? one : other);

export const texts = {
  title: 'Espace des agents',
  menu: {
    label: 'Rubriques',
    inbox: 'À traiter',
    near: 'Près de moi',
    residents: 'Voir le site des habitants',
  },
  notStaff: {
    title: 'Cet espace est celui des agents',
    text: (commune: string) => `Vous êtes bien connecté, mais ce compte ne fait pas partie de l’équipe de ${commune}.`,
    invited:
      'Vous avez reçu une invitation ? Ouvrez le lien du courriel et connectez-vous avec l’adresse qui l’a reçu. Sinon, demandez-en une à la personne qui administre cet espace.',
    residents: 'Aller au site des habitants',
    other: 'Utiliser une autre adresse',
  },
  notForRole: {
    title: 'Cette page n’est pas ouverte à votre rôle',
    text: 'Si vous en avez besoin, demandez à la personne qui administre l’espace des agents.',
  },
  signIn: {
    title: 'Connexion des agents',
    lead: 'Pas de mot de passe : un code vous est envoyé par courriel.',
    email: 'Votre adresse électronique professionnelle',
    emailHint: 'Celle qui a reçu votre invitation.',
    emailWanted: 'Indiquez une adresse électronique, par exemple prenom.nom@mairie.fr.',
    sendCode: 'Recevoir un code',
    sentTo: (to: string) => `Un code à six chiffres est parti à ${to}. Il arrive en général en moins d’une minute.`,
    code: 'Code reçu',
    sixDigits: 'Le code a six chiffres.',
    enter: 'Continuer',
    otherAddress: 'Utiliser une autre adresse',
    sendAgain: 'Renvoyer un code',
    sentAgain: 'Un nouveau code est parti.',
    again: 'Reconnectez-vous',
    againText: 'Votre session est terminée. Ce que vous avez écrit est toujours là.',
  },
  factor: {
    title: 'Deuxième vérification',
    again: 'Confirmez que c’est bien vous',
    againText: 'Un code est demandé toutes les douze heures. Ce que vous avez écrit est toujours là.',
    code: 'Code de votre application',
    codeHint: 'Les six chiffres affichés en ce moment par votre application d’authentification.',
    pass: 'Confirmer',
    useRecovery: 'Utiliser un code de secours',
    useApp: 'Utiliser l’application',
    recoveryCode: 'Code de secours',
    recoveryHint: 'L’un des dix codes remis à votre première connexion. Chacun ne sert qu’une fois.',
    recoveryWanted: 'Indiquez un code de secours.',
    recoveryLeft: (n: number) =>
      n === 0
        ? 'C’était votre dernier code de secours : demandez à réinitialiser votre deuxième vérification.'
        : many(n, `Il vous reste ${n} code de secours.`, `Il vous reste ${n} codes de secours.`),
    refused: (recovery: boolean): string =>
      recovery
        ? 'Ce code de secours n’est pas bon, ou a déjà servi.'
        : 'Ce code n’est pas bon, ou a déjà servi : attendez que l’application affiche le suivant.',
  },
  enrol: {
    why: 'Vous accédez à des données d’habitants : un code de votre téléphone sera demandé en plus de celui du courriel, toutes les douze heures.',
    install:
      'Installez une application d’authentification sur votre téléphone, si vous n’en avez pas : FreeOTP, Aegis, 2FAS, Google Authenticator…',
    scan: 'Dans cette application, ajoutez un compte et visez cette image :',
    picture: 'Image à viser avec l’application ; le texte qui suit la remplace.',
    type: 'Vous ne pouvez pas la viser ? Recopiez ce texte dans l’application :',
    copy: 'Copier',
    copied: 'Copié.',
    notCopied: 'La copie n’a pas marché : recopiez le texte.',
    first: 'Tapez ci-dessous le code à six chiffres que l’application affiche.',
    confirm: 'Enregistrer cette application',
    codesTitle: 'Vos dix codes de secours',
    codesWhy:
      'Le jour où votre téléphone manque, chacun de ces codes le remplace une fois. Ils ne seront plus jamais affichés : gardez-les à l’abri, mais pas sur ce téléphone.',
    fileTitle: (commune: string) => `Codes de secours – ${commune} – chacun ne sert qu’une fois`,
    fileName: 'codes-de-secours.txt',
    download: 'Enregistrer dans un fichier',
    print: 'Imprimer',
    kept: 'J’ai mis ces codes à l’abri',
    keepFirst: 'Mettez d’abord ces codes à l’abri : ils ne seront plus affichés.',
    goOn: 'Entrer',
  },
  accept: {
    title: 'Rejoindre l’équipe',
    noToken: 'Ce lien n’est pas complet. Ouvrez-le de nouveau depuis le courriel d’invitation.',
    signIn: (commune: string) =>
      `Vous êtes invité à travailler pour ${commune}. Connectez-vous d’abord avec l’adresse qui a reçu l’invitation.`,
    lead: (commune: string) => `Vous êtes invité à travailler pour ${commune}.`,
    next: 'Ensuite, vous enregistrerez une application d’authentification : comptez deux minutes, avec votre téléphone.',
    accept: 'Accepter l’invitation',
  },
};

export type ConsoleTexts = typeof texts;
