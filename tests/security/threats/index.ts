/**
 * A test, by its file below the repository's root and the beginning of its name; of a table, by a text of the row too where
 * only that row proves the line.
 */
type Proof = readonly [file: string, name: string, row?: string];

/** The tests of a line, or why none can apply yet. */
export type Entry = readonly Proof[] | { readonly awaits: string };

/** The lines of docs/threats.md, section by section, in their order, each with what proves it. */
export const threats: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  Binding: {
    'same kind, other repository in the same run': [
      ['tests/security/threats/binding.test.ts', 'given another repository in the operation'],
    ],
    'same repository, other tag, title or body': [
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'tag_name'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'release_name'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'title'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'body'],
    ],
    'same operation, other target SHA': [
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'target_sha'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'head'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'base'],
    ],
    'branch moved after approval (bind the SHA, re-check)': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'a head that was pushed to after the authorization is refused',
      ],
      [
        'services/planner/src/stages/5-plan.test.ts',
        'given a pull request, then both branches are pinned to their commits',
      ],
    ],
    'the tag exists already elsewhere (`target_commitish` is ignored then: compare the peeled SHA, refuse)': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'a tag that names another commit is refused: target_commitish would be ignored',
      ],
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'an annotated tag is peeled before it is compared',
      ],
    ],
    'asset bytes swapped after planning (hash the stream while uploading)': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'asset bytes swapped after planning are never completed',
      ],
    ],
    'pull request head force-pushed': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'a head that was force-pushed after the authorization is refused',
      ],
    ],
    'cross-fork head': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'a fork’s pull request from a head of the same name is not adopted',
      ],
      ['tests/security/threats/names-and-refs.test.ts', 'given a head in a fork', 'mallory:release'],
      ['shared/github/src/origins.test.ts', 'are refused as ids and as pull request heads'],
    ],
    'draft, prerelease or make_latest flipped': [
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'prerelease'],
      ['tests/security/threats/binding.test.ts', 'given another %s in the operation', 'make_latest'],
      ['tests/security/threats/binding.test.ts', 'given the receipt of a draft'],
    ],
    "a draft's receipt reused to publish": [
      ['tests/security/threats/binding.test.ts', 'given the receipt of a draft'],
    ],
    'cross-tenant use': [['tests/security/threats/binding.test.ts', 'given a receipt of another tenant']],
    'dry-run receipt used live': [
      ['tests/security/forged-state.test.ts', 'D4, F5: given an advisory of a dry run put into publications'],
      ['tests/security/publisher-compromised.test.ts', 'F5: given a genuine advisory, when it is dressed up'],
      [
        'services/publisher/src/gate/gate.test.ts',
        'D4: an operation of a dry run is refused, whatever the job says',
      ],
    ],
    'plan edited after approval': [
      ['services/federation/src/approvals.test.ts', 'F2: given a plan edited after it was approved'],
      ['tests/security/threats/binding.test.ts', 'given the plan was edited'],
    ],
    'stale policy': [
      ['services/federation/src/approvals.test.ts', 'F2: given the policy changes while people are asked'],
      [
        'services/federation/src/live-policy.test.ts',
        'F2: given a file changes, then the new policies are in force',
      ],
      ['services/federation/src/renewal.test.ts', 'F2, F5: given the policy says no by now'],
    ],
  },
  'Single use': {
    'one hundred parallel consumers, one winner': [
      ['tests/security/single-use.test.ts', 'one hundred parallel consumers, one winner'],
      [
        'services/publisher/src/publish.test.ts',
        'one hundred parallel consumers in two processes, one winner',
      ],
    ],
    'two processes, and a restart between': [
      ['tests/security/single-use.test.ts', 'two processes, and a restart between'],
    ],
    'crash after consuming and before the call': [
      ['tests/security/single-use.test.ts', 'crash after consuming and before the call'],
    ],
    'crash after the call and before the record': [
      ['tests/security/single-use.test.ts', 'crash after the call and before the record'],
      [
        'services/publisher/src/publish.test.ts',
        'after the call and before the record: looked up, adopted, one effect',
      ],
    ],
    'attackers burning receipts by presenting them badly signed': [
      ['tests/security/single-use.test.ts', 'attackers burning receipts by presenting them badly signed'],
      [
        'services/publisher/src/publish.test.ts',
        'P8: attackers burning receipts: a job under the receipt’s own id',
      ],
    ],
    'the spent set evicted before expiry plus skew': [
      [
        'tests/security/rolled-back-stream.test.ts',
        'X2, R3: given a shipped operation cut back to its receipt',
      ],
      ['services/publisher/src/gate/gate.test.ts', 'a missing control key holds: absence never means unused'],
    ],
    'a restored backup bringing receipts back to life': [
      ['services/publisher/src/publish.test.ts', 'R1: a receipt of an older epoch counts as expired'],
      [
        'services/ledger/src/restore/restore.test.ts',
        'is put back byte for byte, with the ledger’s word on it',
      ],
      [
        'services/ledger/src/restore/killed.long.test.ts',
        'L2 R3: given a ledger killed again and again in the middle of a rebuild',
      ],
    ],
    'a failed operation releasing its receipt': [
      ['tests/security/single-use.test.ts', 'a failed operation releasing its receipt'],
      [
        'services/publisher/src/publish.test.ts',
        'failure audited: with GitHub’s status and request id, the receipt consumed for good',
      ],
    ],
    'policy, mode or freeze flipping between check and effect': [
      // A receipt stands under the policy it was minted under, until it is renewed or revoked: policies are for the mint.
      [
        'services/federation/src/renewal.test.ts',
        'F2: given the policy says no by now and the receipt is live',
      ],
      [
        'services/federation/src/renewal.test.ts',
        'F2, F5: given the policy says no by now, then it has expired',
      ],
      ['services/federation/src/revocation.test.ts', 'R3: given the receipt is live, then it is revoked'],
      ['services/publisher/src/publish.test.ts', 'a freeze between check and effect stops the request'],
      ['services/publisher/src/authority-moves.test.ts', 'given a freeze between the gate and the start'],
      [
        'services/publisher/src/authority-moves.test.ts',
        'D3: given the job’s mode flipped on a later attempt',
      ],
    ],
  },
  'Keys and encodings': {
    'the publisher minting with what it holds': [
      ['tests/security/publisher-compromised.test.ts', 'R2, F1: given every key it holds in every place'],
      [
        'tests/security/publisher-compromised.test.ts',
        'F1, P8: given its forgeries in the queue of another publisher',
      ],
      ['services/federation/src/receipts.test.ts', 'R2, F1: given the publisher signs with all it holds'],
    ],
    'algorithm or key-id confusion': [
      [
        'tests/security/publisher-compromised.test.ts',
        'R2, F1: given every key it holds in every place, under every key id',
      ],
      ['tests/security/threats/keys-and-encodings.test.ts', 'given the key $keyId of another purpose'],
      ['shared/proof/src/keyring.test.ts', 'law F4: given a key of one purpose, when asked for another'],
      ['shared/proof/src/keyring.test.ts', 'law F4: given one key under two ids, or one id twice'],
      ['shared/proof/src/statement.test.ts', 'given a genuine key of another actor or purpose'],
      ['shared/engine/src/config/keys.test.ts', 'given a signing key that %s', 'is of another algorithm'],
    ],
    'unknown or path-like key id': [
      [
        'tests/security/threats/keys-and-encodings.test.ts',
        'given the key id %j, then it is refused as unknown',
        'unknown-1',
      ],
      [
        'tests/security/threats/keys-and-encodings.test.ts',
        'given the key id %j, then it is refused as none',
        '../federation-mint',
      ],
      ['services/publisher/src/gate/gate.test.ts', '%s is refused', 'an unknown key'],
      ['shared/engine/src/config/keys.test.ts', 'given a signing key that %s', 'has a path for an id'],
    ],
    'retired key, rotated key inside its overlap': [
      ['shared/proof/src/keyring.test.ts', 'given a retired key, when asked within its life'],
      [
        'shared/engine/src/keyring/rotate.test.ts',
        'given a rotation, then a running signer takes the new key up',
      ],
      [
        'shared/engine/src/keyring/rotate.test.ts',
        'P2: given a rotation, then the publisher accepts both at once',
      ],
    ],
    'compromised key: revoke, list what it signed': [
      ['services/publisher/src/gate/gate.test.ts', 'a key that has been revoked is refused'],
      ['shared/proof/src/statement.test.ts', 'given a revoked key, when its statement is verified'],
      [
        'services/cli/src/commands/keys.long.test.ts',
        'F3: given a revocation, then it stands in the keyring for good',
      ],
      [
        'tests/flow/keys.long.test.ts',
        'given what a key signed is asked for, then it is every statement and receipt',
      ],
    ],
    'signature of another length (a typed refusal, not a 500)': [
      ['services/publisher/src/gate/gate.test.ts', 'a signature of another length is a refusal'],
      ['shared/proof/src/receipts.test.ts', 'given an HMAC of another length'],
    ],
    'truncated, empty or non-strict hex and base64': [
      ['shared/proof/src/receipts.test.ts', 'given an Ed25519 signature that is %s'],
      ['shared/proof/src/encodings.test.ts', 'given %s, when decoded as one byte, then undefined'],
      ['shared/proof/src/testing/crypto-port.contract.ts', 'given base64 that is not strict'],
    ],
    'weak, default, empty or missing secrets: refuse to boot': [
      ['shared/engine/src/host.test.ts', 'X3: given a key that is not random'],
      ['shared/engine/src/host.test.ts', 'given a key it may not read'],
      ['shared/engine/src/host.test.ts', 'F4: given another service’s keys, or keys that others may read'],
      [
        'shared/proof/src/testing/crypto-port.contract.ts',
        'given %s, when loaded as HMAC key, then it refuses to boot',
      ],
      ['shared/engine/src/config/keys.test.ts', 'X3: given an HMAC key that is %s', 'zeros'],
      ['shared/engine/src/config/keys.test.ts', 'X3: given an HMAC key that is %s', 'empty'],
      ['shared/engine/src/config/keys.test.ts', 'X3: given an HMAC key that is %s', 'too short'],
      ['shared/engine/src/config/keys.test.ts', 'given it is missing'],
      ['services/publisher/src/start.test.ts', 'does not start without a token'],
      [
        'shared/engine/src/keyring/inspect-keys.test.ts',
        'X3: given %s, then it says %s',
        'the key is printed in RFC 8032',
      ],
    ],
  },
  'Canonical form': {
    'duplicate JSON keys': [
      ['shared/proof/src/parse-json.test.ts', 'given %s, when parsed, then it is refused with its place'],
      ['shared/operator/src/submissions/parse-plan.test.ts', 'refuses %s and says where'],
    ],
    'NaN, undefined, −0, integers beyond 2^53': [
      [
        'shared/proof/src/canonical.test.ts',
        'appendix B: given the double %s (NaN, infinite, or an integer of 2^53 or more)',
      ],
      [
        'shared/proof/src/canonical.test.ts',
        'given %s, when serialised, then it is refused and the path named',
      ],
    ],
    'case variants of a repository': [
      ['services/publisher/src/gate/gate.test.ts', 'O1: names are compared without case'],
      ['shared/policy/src/decide.test.ts', 'given names with capitals'],
      ['services/planner/src/stages/1-discover.test.ts', 'given an account in another case'],
    ],
    'bidirectional and zero-width characters in titles': [
      ['shared/contracts/src/names.test.ts', 'given %j in a title, a body, a remark or a path'],
    ],
    'fields the signer ignores and the executor uses': [
      ['services/publisher/src/gate/gate.test.ts', 'a field the signer does not know is refused'],
      ['services/publisher/src/gate/gate.test.ts', 'a field beside the presentation is refused'],
      [
        'shared/proof/src/receipts.test.ts',
        'law R1: given a receipt, when a claim is dropped or one is added',
      ],
    ],
    'payloads too deep or too large': [
      ['services/publisher/src/publish.test.ts', 'given data nested deeper than the stack'],
      [
        'services/planner/src/request.test.ts',
        'given %s, then there is no run to record it in',
        'more than a megabyte',
      ],
      [
        'services/planner/src/request.test.ts',
        'given %s, then there is no run to record it in',
        'lists nested deeper than the stack',
      ],
      ['shared/proof/src/parse-json.test.ts', 'given nesting without end'],
      ['shared/proof/src/parse-json.test.ts', 'given more bytes than allowed'],
      ['shared/operator/src/submissions/parse-plan.test.ts', 'refuses a megabyte of nested %s at once'],
    ],
  },
  'Names and refs': {
    'repository `..` or `.` or with an encoded slash': [
      ['shared/contracts/src/names.test.ts', 'given %j, then it is none'],
      ['shared/github/src/origins.test.ts', 'are refused before a request: %j/%j'],
    ],
    'tags such as `-a`, `HEAD`, `@`, forty hex digits, `refs/heads/x`, `$(id)`, backticks': [
      ['shared/contracts/src/names.test.ts', 'given %j, then it is neither'],
    ],
    'a branch smuggled under `tag_repo`': [
      ['shared/contracts/src/request.test.ts', 'given a branch smuggled as a tag'],
    ],
    'tag and branch of one name': [
      ['services/publisher/src/executors/conflicts.test.ts', 'a branch of the same name is no tag'],
    ],
    'repository renamed, transferred, deleted and made anew (bind the numeric id; a redirect is an error)': [
      [
        'services/publisher/src/executors/effects.test.ts',
        'another repository under the same name is refused',
      ],
      ['shared/github/src/errors.test.ts', 'of a renamed repository'],
      ['services/publisher/src/executors/effects.test.ts', 'a redirect is terminal'],
    ],
    'asset renamed by the server': [
      [
        'services/publisher/src/executors/conflicts.test.ts',
        'an asset that GitHub stores under another name',
      ],
      ['tests/security/threats/names-and-refs.test.ts', 'given an asset that GitHub would rename'],
    ],
  },
  'Network and secrets': {
    "`baseUrl`, `upload_url`, `Link` and redirects leading elsewhere (Octokit follows redirects, and its asset upload ignores the instance's `baseUrl`: allow-list the origins)":
      [
        ['shared/github/src/origins.test.ts', 'does not follow a redirect to another origin'],
        ['shared/github/src/origins.test.ts', 'does not follow an upload_url that points elsewhere'],
        ['shared/github/src/pages.test.ts', 'counts its pages itself, wherever the Link header points'],
        ['shared/github/src/origins.test.ts', 'refuse %s'],
      ],
    'a token or a canary secret in any log, event or error': [
      ['services/publisher/src/executors/conflicts.test.ts', 'no token in any event, whatever goes wrong'],
      ['services/cli/src/demo/demo.long.test.ts', 'writes no token to any log'],
      ['shared/engine/src/log.test.ts', 'X3: given the error is all there is'],
      ['shared/github/src/errors.test.ts', 'cannot make an error show the token'],
    ],
    'a token or a canary secret in a screenshot or proof': {
      awaits: 'there is no console to take a screenshot of, and no proof to hand to a stranger yet',
    },
    'newlines, ANSI and control characters in logs and terminals': [
      ['shared/verifier/src/plain-text.test.ts', 'lets nothing through that has no shape'],
      ['shared/verifier/src/plain-text.test.ts', 'escapes what a terminal would obey'],
      ['services/cli/src/main.test.ts', 'do not let a plan write to the terminal'],
      ['shared/github/src/errors.test.ts', 'cannot make an error show the token, nor forge a log line'],
    ],
    'HTML and Markdown in the console (text nodes, content security policy)': {
      awaits: 'there is no console yet',
    },
    'oversized, slow and never-ending responses': [
      ['shared/github/src/errors.test.ts', 'are refused when they are too large, declared or not'],
      ['shared/github/src/errors.test.ts', 'are refused when they never end, or break off'],
      ['shared/github/src/errors.test.ts', 'gives up on an answer that comes late'],
    ],
  },
  'Time and operations': {
    'clock forward, backward': [
      [
        'services/publisher/src/gate/gate.test.ts',
        'a clock %d ms from the store’s holds, it does not refuse',
      ],
      ['services/publisher/src/clock-skew.test.ts', 'measures once for many questions'],
    ],
    'a receipt not yet valid, or valid too long': [
      ['services/publisher/src/gate/gate.test.ts', '30 s of skew are forgiven to a new receipt, not more'],
      [
        'services/publisher/src/gate/gate.test.ts',
        'stale (older than 24 h) refused: a lifetime beyond 24 h is refused at any age',
      ],
    ],
    "approving one's own plan": [
      ['services/federation/src/approvals.test.ts', 'O2: given who asked for the run approves it'],
      [
        'services/federation/src/approvals.test.ts',
        'O2: given the plan names somebody else than the request does',
      ],
      ['shared/policy/src/hearing/hearing.test.ts', 'O2: given a plan and the request it came from'],
      ['services/federation/src/redrive.test.ts', 'O2: given who ordered the redrive has said yes'],
      ['services/federation/src/approvals.property.test.ts', 'given any words of any people in any order'],
    ],
    'an approver removed after approving': [
      ['services/federation/src/approvals.test.ts', 'given an approver was taken out of the keyring'],
      [
        'services/federation/src/approvals.test.ts',
        'given an approver’s key is no longer good',
        'revoked_at',
      ],
      ['shared/policy/src/hearing/hearing.test.ts', 'F3: given a removed approver'],
    ],
    'an approval of one plan used for the next': [
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'of another plan',
      ],
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'of another run',
      ],
      ['services/federation/src/approvals.test.ts', 'F2: given a plan edited after it was approved'],
    ],
    'a forged approval': [
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'in another’s name',
      ],
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'in another’s name and key id',
      ],
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'whose verdict was turned round',
      ],
      [
        'services/federation/src/approvals.test.ts',
        'given an approval %s, then it counts for nothing',
        'that is evidence’s issuer’s',
      ],
      ['services/federation/src/approvals.test.ts', 'E3: given a service other than the console'],
    ],
    'a denial or a freeze that was cut away in Redis': [
      ['tests/security/rolled-back-statements.test.ts', 'E3, F2: given a denial that was cut away'],
      [
        'tests/security/rolled-back-statements.test.ts',
        'O1: given a freeze that was cut out of system and the control keys',
      ],
      ['services/federation/src/vouched.test.ts', 'E3: given it does not vouch, then nothing is minted'],
      [
        'services/federation/src/vouched.test.ts',
        'E3: given the ledger vouches for it, then what counted is said first',
      ],
    ],
    'freeze in the middle of a run': [
      ['tests/flow/freeze.long.test.ts', 'O1: given a repository frozen in the middle of a batch'],
      ['tests/flow/freeze.long.test.ts', 'X2: given an effect that had started when the freeze came'],
      ['tests/security/twelve-checks.test.ts', 'O1: given a freeze, then the twelfth check holds'],
      ['services/publisher/src/publish.test.ts', 'a freeze between check and effect stops the request'],
    ],
    'a policy that fails to evaluate (Cedar skips policies that error: any error denies)': [
      ['shared/policy/src/decide.test.ts', 'P8: given a policy that cannot be evaluated'],
      ['shared/policy/src/cedar.test.ts', 'P8: given an engine that breaks down'],
      ['services/federation/src/live-policy.test.ts', 'P8: given a change cannot be taken into force'],
    ],
    "one tenant's flood starving another": {
      awaits:
        'at the limits of an account tenants are served fairly (services/publisher/src/limits/fairness.test.ts); before it there is no cap per tenant on operations in flight yet',
    },
  },
  Queues: {
    'a forged job put straight into `publications`, with and without a stolen receipt': [
      ['tests/security/twelve-checks.test.ts', 'P1, P8: %s refuses'],
      ['tests/security/forged-state.test.ts', 'D4, F5: given an advisory'],
    ],
    'a genuine job put in again after its end': [
      ['tests/security/forged-state.test.ts', 'X2: given a genuine job put in again after its end'],
    ],
    'a job edited in place': [
      ['tests/security/threats/queues.test.ts', 'given a waiting job edited in place'],
    ],
    "a service's Redis user reaching another service's keys": [
      ['tests/security/redis-users.test.ts', 'F4: %s: only those who need it'],
      ['tests/security/redis-users-flow.test.ts', 'F4: given every service under its own user'],
    ],
  },
  Ledger: {
    'one byte changed': [
      ['services/ledger/src/tamper.test.ts', 'every byte of an older file'],
      ['services/ledger/src/tamper.test.ts', 'every byte of the newest file'],
    ],
    'entries reordered': [
      ['services/ledger/src/tamper.test.ts', 'two entries exchanged are told from removed ones'],
    ],
    'one removed': [['services/ledger/src/tamper.test.ts', 'one entry removed is named']],
    'the tail cut': [['services/ledger/src/tamper.test.ts', 'a tail cut at a commit shows']],
    'the whole chain rewritten to the same length': [
      ['services/ledger/src/tamper.test.ts', 'a chain rewritten to the same length'],
    ],
    'a second writer forking': [
      ['services/ledger/src/recovery.test.ts', 'L2 X1: two writers over one folder'],
      ['services/ledger/src/recovery.test.ts', 'L1: bytes a deposed writer adds'],
      ['services/ledger/src/ledger.test.ts', 'E1 L2: another event at a seq the ledger holds is a fork'],
    ],
    'a leaf passed off as a node': [
      ['shared/proof/src/merkle.test.ts', 'given a leaf, when it is passed off as a node'],
      [
        'shared/proof/src/merkle.test.ts',
        'given an inner node, when what it is made of is passed off as a leaf’s data',
      ],
    ],
    'a torn last record (recover to the last valid entry and say so)': [
      ['services/ledger/src/tamper.test.ts', 'a torn tail is a note and no fault, wherever it was torn'],
      ['services/ledger/src/recovery.test.ts', 'a file without a whole header is put aside'],
    ],
    'an import with gaps or duplicates': [
      ['services/ledger/src/ledger.test.ts', 'E1: given an outbox entry that is gone'],
      ['shared/store/src/reader.test.ts', 'E1: given a genuine segment stands twice'],
      ['services/ledger/src/tamper.test.ts', 'an entry that stands twice, a statement gone, a commit gone'],
    ],
    'replay causing an effect': [
      ['tests/flow/replay.test.ts', 'D2: given --live, then it is the only one that tries to connect'],
    ],
    'an upcaster changing an old hash': {
      awaits: 'no event type has a second version, so there is no upcaster',
    },
  },
};
