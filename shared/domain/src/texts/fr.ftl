# Ce que les habitants lisent : codes et avis. Les mêmes identifiants que en.ftl.

## Étapes d'un signalement
status-unconfirmed = À confirmer
status-received = Reçu
status-under-review = À l’étude
status-in-progress = En cours
status-scheduled = Planifié
status-awaiting-reporter = Précision demandée
status-forwarded = Transmis
status-resolved = Résolu
status-closed = Clos
status-reopen-requested = Réouverture demandée
status-reopened = Rouvert
status-expired = Non confirmé

## Ce qu'un habitant envoie
kind-problem = Problème
kind-idea = Idée
kind-question = Question
kind-opinion = Avis
kind-praise = Merci
kind-observation = Observation

## Ce que dit un avis quand personne n'a écrit de mot
words-unconfirmed = Ce message attend d’être confirmé.
words-received = Votre commune a bien reçu ce message.
words-under-review = Un service de la commune l’examine.
words-in-progress = La commune s’en occupe.
words-scheduled = L’intervention est planifiée.
words-awaiting-reporter = La commune a besoin d’une précision pour continuer.
words-forwarded = La commune l’a transmis à l’organisme compétent.
words-resolved = La commune indique que c’est fait.
words-closed = La commune a clos ce dossier.
words-reopen-requested = La réouverture est demandée ; la commune va répondre.
words-reopened = La commune a rouvert ce dossier.
words-expired = Ce message n’a pas été confirmé à temps.
words-commented = Un nouveau message vous attend.
words-withdrawn = Son auteur l’a retiré.

## Avis
status-scheduled-for = Planifié pour le { $date }
notice-line = { $status } : { $words }
notice-comment-line = Nouveau message ({ $status }) : { $words }
notice-about = Au sujet de : « { $excerpt } »
notice-email-body =
    { $line }

    { $about }
    { $link }

    { $commune }
    Choisir comment être prévenu, ou ne plus l’être : { $unsubscribe }

## Alertes
alert-title = Alerte : { $headline }
alert-ended-title = Fin d’alerte : { $headline }
alert-ended-words = Le danger est passé.

## Codes
code-sms = { $code } est votre code pour { $commune }. Il est valable { $minutes } minutes. Ne le donnez à personne.
code-email-subject = { $code } est votre code pour { $commune }
code-email-body =
    Votre code pour { $commune } : { $code }

    Il est valable { $minutes } minutes. Ne le donnez à personne : la commune ne vous le demandera jamais.
    Si vous n’avez rien demandé, ignorez ce message.

## Personnel de la commune
role-agent = agent
role-manager = responsable de service
role-moderator = modérateur ou modératrice
role-elected-member = membre élu du conseil
role-administrator = administrateur ou administratrice
invitation-subject = { $commune } vous invite à rejoindre son espace de travail
invitation-body =
    Bonjour { $name },

    { $inviter } vous invite à travailler pour { $commune } sur Parvis. Votre rôle : { $role }.

    Pour accepter, ouvrez ce lien, connectez-vous avec cette adresse et confirmez :
    { $link }

    L’invitation est valable { $days } jours et une seule fois. Un nouvel envoi remplace celui-ci.
    Si vous ne connaissez pas cette personne, ignorez ce message.
second-factor-reset-subject = { $commune } : votre deuxième facteur a été réinitialisé
second-factor-reset-body =
    Bonjour { $name },

    { $administrator } a réinitialisé le deuxième facteur de votre compte pour { $commune }, et vos sessions sont fermées.
    À votre prochaine connexion, vous enregistrerez de nouveau une application d’authentification.

    Si vous ne l’avez pas demandé, prévenez tout de suite une autre personne qui administre la commune.
## Premier administrateur d’une commune
first-administrator-subject = { $commune } est sur Parvis : vous en êtes l’administrateur
first-administrator-body =
    { $commune } vient d’être ouverte sur Parvis, et vous en êtes le premier administrateur ou la première administratrice.

    Connectez-vous avec cette adresse : un code vous sera envoyé, il n’y a pas de mot de passe.
    { $link }

    Les catégories et les services proposés sont ceux d’une commune ordinaire ; adaptez-les à la vôtre, puis invitez vos collègues.

## Accord pour les SMS. Changer un mot, c'est changer de version : texts.rs, SMS_CONSENT_VERSION.
sms-consent = J’accepte de recevoir à ce numéro les SMS de ma commune : les codes que je demande et les nouvelles de ce que je lui ai envoyé ou que je suis. Pas de publicité. Je peux revenir sur cet accord à tout moment dans mon compte ; un SMS ne part alors plus que si rien d’autre ne peut m’apporter une réponse.

## Compte que personne n’utilise
account-ends-sms = { $commune } : sans connexion avant le { $date }, votre compte sera supprimé. { $link }
account-ends-subject = { $commune } : votre compte sera supprimé le { $date }
account-ends-body =
    Vous ne vous êtes pas connecté à votre compte pour { $commune } depuis longtemps.

    Sans connexion de votre part, il sera supprimé le { $date }, avec vos coordonnées et vos abonnements. Vos signalements restent, sans votre nom.

    Pour le garder, connectez-vous avant cette date :
    { $link }

## Compte
contact-changed-sms = { $commune } : les coordonnées de votre compte ont changé. Ce n’est pas vous ? Prévenez votre mairie.
contact-changed-email-subject = { $commune } : les coordonnées de votre compte ont changé
contact-changed-email-body =
    Votre compte pour { $commune } est désormais joignable ici : { $new }

    Les autres appareils ont été déconnectés.
    Si ce n’est pas vous, prévenez votre mairie sans attendre.
## Budget de SMS, aux administrateurs
sms-budget-subject = { $commune } : { $percent } % des SMS de { $month } sont utilisés
sms-budget-body =
    { $used } SMS sur { $budget } sont partis au nom de { $commune } en { $month }, soit { $percent } % ou plus du forfait.

    { $what }

    Les codes de connexion continuent d’être envoyés, dans la limite d’une réserve.
sms-budget-soon = Rien ne change pour l’instant. Une fois le forfait épuisé, les avis partiront par notification ou par courriel plutôt que par SMS.
sms-budget-spent = Jusqu’à la fin du mois, les avis partent par notification ou par courriel plutôt que par SMS. Seules les personnes joignables uniquement par SMS en reçoivent encore, pour que personne ne reste sans réponse.

## Ouverture d’une commune
not-taken-not-yet = { $commune } n’a pas encore ouvert ce service à ses habitants.
not-taken-place = { $commune } essaie d’abord ce service dans une partie de la commune, et ce lieu n’en fait pas encore partie.
not-taken-category = { $commune } essaie d’abord ce service pour certains sujets, et celui-ci n’en fait pas encore partie.
not-taken-invited = { $commune } essaie d’abord ce service avec quelques habitants invités.
not-taken-paused = { $commune } ne prend pas de nouvelle demande pour le moment.
not-taken-open-on = Ouverture à tous : { $date }.
launch-way-out =
    Vous serez prévenu de l’ouverture de { $commune }. Pour ne plus l’être, ouvrez ce lien et confirmez :
    { $link }
launch-open-sms = { $commune } : c’est ouvert, vous pouvez maintenant écrire à votre mairie.
launch-open-subject = { $commune } : c’est ouvert
launch-open-body =
    { $commune } est maintenant ouverte à tous ses habitants : signalez, proposez, demandez, et suivez les réponses.
    { $link }

    Vous l’aviez demandé. C’est le seul message que vous recevrez à ce sujet, et nous avons effacé votre demande.

## Dates
date = { $weekday } { $day } { $month } { $year }
day-first = 1er
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
