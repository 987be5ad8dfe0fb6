// Made by generate.mjs from openapi.json (SHA-256 2e390f7516958f613e33e56c3b5eaf3d4d5770cf849d5b4ec7ee50580095b86d). Not to be edited.

export interface paths {
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one signs in here */
        get: operations["getSignInMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in, and what they may do
         * @description Whoever is signed in may.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign a browser in with an API key
         * @description Sets a session cookie that ends with the key at the latest. The key itself is not kept.
         */
        post: operations["signIn"];
        /** End the session */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the runs of the caller’s tenants, newest first
         * @description Takes any role for the tenant concerned.
         */
        get: operations["listRuns"];
        put?: never;
        /**
         * Ask for a run
         * @description Mode is `dry_run` unless it says `prod`. Answered only when the ledger has acknowledged the request: what was answered with 202 survives the loss of Redis.
         *
         *     Takes the role submitter for the tenant concerned.
         */
        post: operations["submitRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/run-totals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many runs there are, by status, tenant, mode and flag
         * @description Takes any role for the tenant concerned.
         */
        get: operations["countRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The runs that fit, as a file
         * @description At most 100,000 runs. In CSV a value that a spreadsheet would take for a formula gets a leading apostrophe.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["exportRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to runs, as it happens (SSE)
         * @description `view=changes`: messages `run.changed` with a `RunRow`, `reset` where everything is to be read anew. `view=feed`: the ordered feed of `run.started`, `stage.started`, `stage.completed`, `plan.generated`, `execute.blocked`, `ledger.sealed`, `run.completed`, each with a `FeedItem`. Without Last-Event-ID it begins now.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["followRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run: where it stands, its operations, the twelve checks, and why something has not shipped
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The publication plan, and what it will change
         * @description Compared with another run’s plan where one is named, else with that of the run it is a retry of.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The run’s entries in the ledger
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getRunLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/advisory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The advisory receipts: signed reasons why operations were not authorized
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getAdvisories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plan, authorize, execute, prove: each phase with its events and their places in the chain
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each event changed, to replay the run’s state step by step
         * @description In the order of the ledger. The state after event n is the last `state` of every subject among the first n moments.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["getStates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The run’s proof bundle, which verifies offline
         * @description Check it with `marketops-verify bundle <file>` and a keyring that you trust.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["getProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run’s events as the ledger takes them (SSE)
         * @description From its first event on, or from Last-Event-ID. `view=events`: one message per event, named by its type, `id` the entry’s number, data the event. `view=feed`: the stages of the run. Ends with a message `end` when the run has ended.
         *
         *     Takes any role for the tenant concerned.
         */
        get: operations["followRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel what of a run has not started
         * @description What has started goes on to its end: nothing is left half done.
         *
         *     Takes the role submitter or operator for the tenant concerned.
         */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for an ended run again, whole, as a new run
         * @description Only for runs that the caller’s own principal asked for.
         *
         *     Takes the role submitter for the tenant concerned.
         */
        post: operations["retryRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bulk/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What an action on many runs would do; it does nothing
         * @description At most 200 runs at once.
         *
         *     Takes the role submitter or operator for the tenant concerned.
         */
        post: operations["previewBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do it
         * @description Takes the role submitter or operator for the tenant concerned.
         */
        post: operations["doBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs that wait for people
         * @description Takes any role for the tenant concerned.
         */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was asked of people about a run, and what they have said
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getRunApprovals"];
        put?: never;
        /**
         * Carry a signed word to the run
         * @description The approver must be the caller. The same word again, an altered one, or one for another plan is refused. Answered when the ledger has acknowledged it.
         *
         *     Takes the role approver for the tenant concerned.
         */
        post: operations["carryApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/approvals/to-sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The exact bytes that an approver signs; nothing is said by it
         * @description Refused where the word would not count. Recompute the digests from the plan and the operations before signing: the server is only the carrier.
         *
         *     Takes the role approver for the tenant concerned.
         */
        post: operations["prepareApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/commands/to-sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The exact bytes of an order that an operator signs; nothing is ordered by it
         * @description An order counts for five minutes and once. For `unfreeze` the freezes seen are filled in.
         *
         *     Takes the role operator for at least one tenant.
         */
        post: operations["prepareCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/freezes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is frozen
         * @description Of tenants only the caller’s own.
         *
         *     Whoever is signed in may.
         */
        get: operations["listFreezes"];
        put?: never;
        /**
         * Stop all minting and all new effects in a scope, at once
         * @description One scope per order. The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with `prepareCommand`.
         *
         *     Takes the role operator for the tenant concerned.
         */
        post: operations["freeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/in-flight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Effects of a scope that have started and not ended: a freeze does not stop these
         * @description Takes the role operator for the tenant concerned.
         */
        get: operations["getInFlight"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unfreezes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lift a freeze: takes a second person
         * @description One scope per order. The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with `prepareCommand`.
         *
         *     Takes the role operator for the tenant concerned.
         */
        post: operations["unfreeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which operations of an ended run could be tried again
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getRedrivable"];
        put?: never;
        /**
         * Try operations of an ended run again, with new authority
         * @description The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with `prepareCommand`.
         *
         *     Takes the role operator for the tenant concerned.
         */
        post: operations["redriveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/operations/{operation_id}/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find out, or say, what became of an uncertain operation
         * @description The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with `prepareCommand`.
         *
         *     Takes the role operator for the tenant concerned.
         */
        post: operations["reconcileOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back a receipt that nobody has used
         * @description The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with `prepareCommand`.
         *
         *     Takes the role operator for the tenant concerned.
         */
        post: operations["revokeReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Receipts of the caller’s tenants, those of the newest runs first
         * @description Takes any role for the tenant concerned.
         */
        get: operations["listReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One receipt: what became of it, who approved it, and the twelve checks
         * @description Takes any role for the tenant concerned.
         */
        get: operations["getReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the ledger is
         * @description Whoever is signed in may.
         */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the ledger, newest first
         * @description Of the caller’s tenants; those of `system` only for who may see every tenant.
         *
         *     Takes the role operator or auditor or admin for the tenant concerned.
         */
        get: operations["listLedgerEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The journal’s files, to be verified by whoever reads them
         * @description Takes the role operator or auditor or admin for every tenant.
         */
        get: operations["listJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/journal/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of the journal, byte for byte
         * @description With `Range: bytes=a-b` a part of it, at most 8 MiB at a time.
         *
         *     Takes the role operator or auditor or admin for every tenant.
         */
        get: operations["readJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest checkpoint, a signed note (C2SP tlog-checkpoint)
         * @description Takes the role operator or auditor or admin for every tenant.
         */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/tile/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tile or entry bundle of the public log (C2SP tlog-tiles)
         * @description Takes the role operator or auditor or admin for every tenant.
         */
        get: operations["readTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/keyring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys as this server has them
         * @description Whoever verifies what this server says brings a keyring of their own.
         *
         *     Whoever is signed in may.
         */
        get: operations["getKeyring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each account has left of GitHub’s limits
         * @description Who waits for it is told of the caller’s tenants alone.
         *
         *     Takes the role operator or auditor or admin for at least one tenant.
         */
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What will not go on by itself
         * @description Stalled runs, failed jobs and quarantined streams stand on the first page; dead operations are paged. What belongs to no tenant is told to who may see every tenant.
         *
         *     Takes the role operator or auditor or admin for the tenant concerned.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queues and their ages, ledger lag, limits, freezes, what is uncertain, keys that expire
         * @description Takes the role operator or auditor or admin for every tenant.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys, and when they expire
         * @description Whoever is signed in may.
         */
        get: operations["listKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys of this API
         * @description Those that are for the caller’s tenants alone.
         *
         *     Takes the role admin for the tenant concerned.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make a key; its secret is shown this once
         * @description An admin gives out only what is for tenants of their own.
         *
         *     Takes the role admin for the tenant concerned.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key, at once and for good
         * @description Takes the role admin for the tenant concerned.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        FeedItem: {
            id: string;
            /** @enum {string} */
            type: "run.started" | "stage.started" | "stage.completed" | "plan.generated" | "execute.blocked" | "ledger.sealed" | "run.completed";
            run_id: string;
            tenant_id: string;
            mode: components["schemas"]["Mode"];
            time: string;
            sequence: number;
            data: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        Mode: "dry_run" | "prod";
        Checkpoint: {
            origin: string;
            size: number;
            root: string;
            signed_at: string | null;
        };
        Outcome: {
            /** @enum {string} */
            type: "succeeded" | "failed" | "refused" | "uncertain" | "skipped" | "reconciled";
            time: string;
            code: string | null;
            message: string | null;
            remedy: string | null;
            url: string | null;
            remote_id: string | null;
        };
        PublicationPlan: {
            /** @enum {number} */
            version: 1;
            run_id: string;
            tenant_id: string;
            principal: string;
            /** @enum {string} */
            mode: "dry_run" | "prod";
            request_digest: string;
            salt?: string;
            operations: {
                operation_id: string;
                /** @enum {string} */
                kind: "publish_release" | "tag_repo" | "open_pr" | "attach_release_asset";
                repository: string;
                operation_digest: string | null;
                depends_on: string[];
                blocked_by_mode: boolean;
                would_ship: boolean;
                reasons: {
                    code: string;
                    message: string;
                    remedy: string;
                }[];
                missing_prerequisites: {
                    code: string;
                    message: string;
                    remedy: string;
                }[];
            }[];
        };
        ReceiptBrief: {
            receipt_id: string;
            /** @enum {string} */
            state: "issued" | "consumed" | "expired" | "revoked" | "superseded";
            issued_at: string;
            not_before: string;
            expires_at: string;
            key_id: string;
            epoch: number;
            supersedes: string | null;
            ledger_sequence: number | null;
        };
        SignInMethods: {
            environment: string;
            methods: ({
                /** @enum {string} */
                kind: "api_key";
            } | {
                /** @enum {string} */
                kind: "oidc";
                name: string;
                url: string;
            })[];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            next: string;
            faults?: {
                path: string;
                message: string;
            }[];
            instance: string;
        };
        Session: {
            /** @enum {string} */
            kind: "api_key" | "person";
            principal: string;
            name: string;
            expires_at: string | null;
            grants: components["schemas"]["Grant"][];
            operations: string[];
            approver_keys: {
                key_id: string;
                algorithm: string;
                public_key: string;
                credential_id: string | null;
                rp_id: string | null;
                groups: string[];
                not_after: string | null;
            }[];
            environment: string;
            audience: components["schemas"]["Audience"];
            now: string;
        };
        Grant: {
            tenants: "all" | string[];
            roles: components["schemas"]["Role"][];
        };
        /** @enum {string} */
        Role: "submitter" | "approver" | "operator" | "auditor" | "admin";
        Audience: {
            environment: string;
            api_origin: string;
            log_origin: string;
        };
        Submitted: {
            run_id: string;
            tenant_id: string;
            principal: string;
            mode: components["schemas"]["Mode"];
            idempotency_key: string;
            operations: number;
            known: boolean;
            retired: {
                status: string;
                ended_at: string;
            } | null;
            retry_of: string | null;
            planner_working: boolean | null;
        };
        PlanRequest: {
            tenant_id: string;
            /**
             * @default dry_run
             * @enum {string}
             */
            mode?: "dry_run" | "prod";
            idempotency_key?: string;
            repository?: string;
            retry_of?: string;
            sealed?: boolean;
            salt?: string;
            operations: ({
                id: string;
                /** @default [] */
                depends_on?: string[];
                repository?: string;
                /** @enum {string} */
                kind: "publish_release";
                tag_name: string;
                target?: string;
                release_name: string;
                body?: string;
                body_file?: string;
                /** @default false */
                draft?: boolean;
                /** @default false */
                prerelease?: boolean;
                /**
                 * @default true
                 * @enum {string}
                 */
                make_latest?: "true" | "false" | "legacy";
                /** @default false */
                generate_notes?: boolean;
                previous_tag_name?: string;
                /** @default [] */
                assets?: {
                    path: string;
                    name?: string;
                    /** @default application/octet-stream */
                    content_type?: string;
                }[];
            } | {
                id: string;
                /** @default [] */
                depends_on?: string[];
                repository?: string;
                /** @enum {string} */
                kind: "tag_repo";
                tag_name: string;
                target?: string;
                message?: string;
            } | {
                id: string;
                /** @default [] */
                depends_on?: string[];
                repository?: string;
                /** @enum {string} */
                kind: "open_pr";
                head: string;
                head_repository?: string;
                base: string;
                /** @default false */
                base_may_move?: boolean;
                title: string;
                body?: string;
                body_file?: string;
                /** @default false */
                draft?: boolean;
                /** @default [] */
                labels?: string[];
                /** @default [] */
                reviewers?: string[];
                /** @default [] */
                team_reviewers?: string[];
            } | {
                id: string;
                /** @default [] */
                depends_on?: string[];
                repository?: string;
                /** @enum {string} */
                kind: "attach_release_asset";
                tag_name: string;
                asset: {
                    path: string;
                    name?: string;
                    /** @default application/octet-stream */
                    content_type?: string;
                };
            })[];
        };
        RunPage: {
            runs: components["schemas"]["RunRow"][];
            next: string | null;
            total: number | null;
            position: number;
            complete: boolean;
        };
        RunRow: {
            run_id: string;
            tenant_id: string;
            principal: string | null;
            idempotency_key: string | null;
            mode: components["schemas"]["Mode"];
            status: components["schemas"]["ListedStatus"];
            flags: components["schemas"]["RunFlag"][];
            repositories: string[];
            kinds: components["schemas"]["OperationKind"][];
            counts: {
                operations: number;
                would_ship: number;
                would_not_ship: number;
                succeeded: number;
                failed: number;
                blocked: number;
                skipped: number;
                uncertain: number;
            };
            why: string | null;
            created_at: string;
            updated_at: string;
            first_sequence: number;
            last_sequence: number;
        };
        /** @enum {string} */
        ListedStatus: "requested" | "planned" | "awaiting_approval" | "authorized" | "executing" | "rejected" | "completed" | "partial" | "failed" | "blocked" | "cancelled";
        /** @enum {string} */
        RunFlag: "held" | "stalled" | "uncertain" | "cancel_requested" | "redriven" | "drifted" | "sealed" | "erased" | "claimed";
        /** @enum {string} */
        OperationKind: "publish_release" | "tag_repo" | "open_pr" | "attach_release_asset";
        RunTotals: {
            runs: number;
            by_status: {
                [key: string]: number;
            };
            by_tenant: {
                [key: string]: number;
            };
            by_mode: {
                [key: string]: number;
            };
            by_flag: {
                [key: string]: number;
            };
        };
        RunDetail: {
            run_id: string;
            tenant_id: string;
            principal: string | null;
            idempotency_key: string | null;
            mode: components["schemas"]["Mode"];
            status: components["schemas"]["ListedStatus"];
            flags: components["schemas"]["RunFlag"][];
            created_at: string;
            updated_at: string;
            ended_at: string | null;
            banner: {
                /** @enum {string} */
                kind: "dry_run" | "waiting" | "authorized" | "executing" | "ended" | "rejected";
                receipt_expires_at: string | null;
                operation_id: string | null;
            };
            request: components["schemas"]["PlanRequest"] | null;
            request_digest: string | null;
            plan_digest: string | null;
            contents: {
                state: string;
                message: string | null;
            };
            rejected: {
                code: string;
                faults: {
                    path: string;
                    message: string;
                }[];
            } | null;
            outcome: {
                status: string;
                succeeded: number;
                failed: number;
                blocked: number;
                skipped: number;
                uncertain: number;
            } | null;
            retry_of: string | null;
            redriven: {
                time: string;
                principal: string;
                reason: string;
            }[];
            cancel_requested: {
                time: string;
                principal: string;
                reason: string;
            } | null;
            operations: components["schemas"]["Operation"][];
            why_not_shipped: components["schemas"]["WhyNot"][];
            actions: {
                cancel: components["schemas"]["Action"];
                retry: components["schemas"]["Action"];
                redrive: components["schemas"]["Action"];
                reconcile: components["schemas"]["Action"];
                approve: components["schemas"]["Action"];
                proof: components["schemas"]["Action"];
            };
            now: string;
        };
        Operation: {
            operation_id: string;
            kind: components["schemas"]["OperationKind"];
            repository: string;
            /** @enum {string} */
            phase: "none" | "planned" | "authorized" | "expired" | "revoked" | "started" | "succeeded" | "failed" | "refused" | "uncertain" | "blocked" | "advised" | "skipped";
            operation_digest: string | null;
            depends_on: string[];
            would_ship: boolean;
            blocked_by_mode: boolean;
            receipt: components["schemas"]["ReceiptBrief"] | null;
            receipts: number;
            checks: components["schemas"]["Check"][];
            outcome: components["schemas"]["Outcome"] | null;
            attempts: number;
            redrives: number;
            /** @enum {string|null} */
            drift: "edited" | "deleted" | null;
        };
        Check: {
            number: number;
            check: components["schemas"]["GateCheck"];
            /** @enum {string} */
            verdict: "holds" | "fails" | "waits" | "gate" | "unasked";
            evidence: string;
            asked_at: string | null;
        };
        /** @enum {string} */
        GateCheck: "mode" | "presence" | "signatures" | "enforceable" | "audience" | "run_binding" | "kind_binding" | "operation_binding" | "unconsumed" | "unexpired" | "fresh" | "acknowledged";
        WhyNot: {
            /** @enum {string} */
            kind: "mode" | "rejected" | "missing_prerequisite" | "policy_violation" | "awaiting_approval" | "awaiting_evidence" | "missing_receipt" | "expired" | "revoked" | "forged_signature" | "refused" | "frozen" | "throttled" | "held" | "dependency" | "cancelled" | "failed" | "uncertain" | "stalled";
            operation_id: string | null;
            code: string;
            message: string;
            remedy: string;
            security_alert: boolean;
            verified: boolean;
            policy_id: string | null;
            throttled_until: string | null;
            time: string | null;
        };
        Action: {
            possible: boolean;
            why: string | null;
        };
        PlanView: {
            run_id: string;
            mode: components["schemas"]["Mode"];
            plan_digest: string;
            request_digest: string;
            plan: components["schemas"]["PublicationPlan"] | null;
            operations: components["schemas"]["PlannedOperation"][];
            would_ship: number;
            would_not_ship: number;
            compared_with: string | null;
        };
        PlannedOperation: {
            operation_id: string;
            kind: components["schemas"]["OperationKind"];
            repository: string;
            operation_digest: string | null;
            depends_on: string[];
            blocked_by_mode: boolean;
            would_ship: boolean;
            reasons: components["schemas"]["Reason"][];
            missing_prerequisites: components["schemas"]["Reason"][];
            operation: {
                [key: string]: unknown;
            } | null;
            effect: string;
            changes: components["schemas"]["Change"][];
        };
        Reason: {
            message: string;
            code: string;
            remedy: string;
        };
        Change: {
            field: string;
            before: string | null;
            after: string | null;
            /** @enum {string} */
            form: "value" | "text" | "digest" | "bytes";
        };
        RunLedger: {
            entries: components["schemas"]["LedgerEntry"][];
            next: number | null;
        };
        LedgerEntry: {
            sequence: number;
            prev_hash: string;
            hash: string;
            event_digest: string;
            statement_digest: string;
            event: components["schemas"]["Event"];
            verified: boolean;
        };
        Event: {
            id: string;
            stream: string;
            seq: number;
            type: string;
            version: number;
            tenant_id: string | null;
            run_id: string | null;
            mode: string | null;
            actor: string;
            time: string;
            causation_id: string | null;
            correlation_id: string | null;
            data: {
                [key: string]: unknown;
            };
        };
        Advisories: {
            run_id: string;
            advisories: components["schemas"]["Advisory"][];
        };
        Advisory: {
            advisory_id: string;
            run_id: string;
            operation_id: string;
            /** @enum {string} */
            operation_kind: "publish_release" | "tag_repo" | "open_pr" | "attach_release_asset";
            operation_digest: string | null;
            plan_digest: string;
            tenant_id: string;
            /** @enum {string} */
            mode: "dry_run" | "prod";
            /** @enum {boolean} */
            enforceable: false;
            issuer: string;
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            epoch: number;
            policy_digest: string;
            evidence_digest: string;
            decision_id: string;
            issued_at: string;
            reasons: {
                code: string;
                message: string;
                remedy: string;
            }[];
            key_id: string;
            signatures: {
                ed25519: string;
            };
        };
        Timeline: {
            run_id: string;
            mode: components["schemas"]["Mode"];
            phases: {
                /** @enum {string} */
                phase: "plan" | "authorize" | "execute" | "prove";
                /** @enum {string} */
                status: "not_begun" | "under_way" | "done" | "failed" | "blocked";
                started_at: string | null;
                ended_at: string | null;
                duration_ms: number | null;
                steps: components["schemas"]["TimelineStep"][];
            }[];
        };
        TimelineStep: {
            number: number;
            event_id: string;
            stream: string;
            seq: number;
            type: string;
            actor: string;
            time: string;
            offset_ms: number;
            operation_id: string | null;
            text: string;
            /** @enum {string} */
            tone: "good" | "bad" | "waiting" | "neutral";
            receipt_id: string | null;
            verified: boolean;
            chain: {
                sequence: number;
                hash: string;
                prev_hash: string;
                event_digest: string;
                statement_digest: string;
            } | null;
            data: {
                [key: string]: unknown;
            };
        };
        States: {
            run_id: string;
            operations: string[];
            moments: components["schemas"]["Moment"][];
        };
        Moment: {
            number: number;
            event_id: string;
            type: string;
            time: string;
            ledger_sequence: number | null;
            operation_id: string | null;
            state: string;
            changes: {
                name: string;
                before: string;
                after: string;
            }[];
            knew: {
                name: string;
                value: string;
            }[];
        };
        Cancelled: {
            run_id: string;
            /** @enum {string} */
            cancel: "requested" | "too_late";
            outcome: string | null;
        };
        BulkPreview: {
            action: components["schemas"]["BulkAction"];
            eligible: components["schemas"]["RunRow"][];
            refused: {
                run: components["schemas"]["RunRow"];
                code: string;
                why: string;
            }[];
            more: boolean;
            preview_digest: string;
        };
        /** @enum {string} */
        BulkAction: "cancel" | "retry";
        BulkResult: {
            results: {
                run_id: string;
                done: boolean;
                code: string | null;
                message: string | null;
                new_run_id: string | null;
            }[];
        };
        ApprovalInbox: {
            runs: components["schemas"]["RunApprovals"][];
            not_looked_at: number;
            now: string;
        };
        RunApprovals: {
            run_id: string;
            tenant_id: string;
            principal: string | null;
            repositories: string[];
            status: string;
            plan_digest: string | null;
            requests: components["schemas"]["ApprovalRequest"][];
            said: components["schemas"]["Said"][];
            caller: {
                may: boolean;
                code: string | null;
                why: string | null;
                grants: string[];
            };
        };
        ApprovalRequest: {
            request_id: string;
            plan_digest: string;
            operation_ids: string[];
            needs: {
                policy_id: string;
                approvals: number;
                group: string | null;
                have: number;
            }[];
            evidence: string[];
            missing_evidence: string[];
            reasons: components["schemas"]["Reason"][];
            expires_at: string;
            /** @enum {string} */
            standing: "open" | "expired" | "answered";
        };
        Said: {
            approval: components["schemas"]["Approval"];
            recorded_at: string;
            groups: string[];
            counts: boolean;
            counts_for: string[];
            because: string | null;
        };
        Approval: {
            /** @enum {number} */
            version: 1;
            approval_id: string;
            /** @enum {string} */
            verdict: "grant" | "deny" | "withdraw";
            run_id: string;
            plan_digest: string;
            operations: "all" | string[];
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            approver: string;
            key_id: string;
            reason: string | null;
            withdraws: string | null;
            issued_at: string;
            expires_at: string;
            signature: string;
            assertion?: {
                authenticator_data: string;
                client_data_json: string;
            };
        };
        ApprovalToSign: {
            claims: components["schemas"]["ApprovalClaims"];
            payload_type: string;
            payload_base64: string;
            pae_base64: string;
            challenge: string;
            plan: components["schemas"]["PublicationPlan"];
            operations: {
                [key: string]: unknown;
            }[];
            key: components["schemas"]["KeyToSignWith"];
        };
        ApprovalClaims: {
            /** @enum {number} */
            version: 1;
            approval_id: string;
            /** @enum {string} */
            verdict: "grant" | "deny" | "withdraw";
            run_id: string;
            plan_digest: string;
            operations: "all" | string[];
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            approver: string;
            key_id: string;
            reason: string | null;
            withdraws: string | null;
            issued_at: string;
            expires_at: string;
        };
        KeyToSignWith: {
            key_id: string;
            algorithm: string;
            public_key: string;
            credential_id: string | null;
            rp_id: string | null;
        };
        Recorded: {
            event_id: string;
            stream: string;
            seq: number;
            type: string;
            time: string;
        };
        CommandToSign: {
            claims: components["schemas"]["OperatorCommandClaims"];
            payload_type: string;
            payload_base64: string;
            pae_base64: string;
            challenge: string;
            key: components["schemas"]["KeyToSignWith"];
        };
        OperatorCommandClaims: {
            /** @enum {number} */
            version: 1;
            command_id: string;
            action: {
                /** @enum {string} */
                kind: "freeze";
                scopes: string[];
            } | {
                /** @enum {string} */
                kind: "unfreeze";
                scopes: string[];
                freezes?: string[];
            } | {
                /** @enum {string} */
                kind: "revoke_receipt";
                run_id: string;
                operation_id: string;
                receipt_id: string;
            } | {
                /** @enum {string} */
                kind: "reconcile";
                run_id: string;
                operation_id: string;
                /** @enum {string} */
                found: "look" | "effect" | "absent";
            } | {
                /** @enum {string} */
                kind: "redrive";
                run_id: string;
                operations: "all" | string[];
            } | {
                /** @enum {string} */
                kind: "erase";
                run_id: string;
            };
            reason: string;
            principal: string;
            key_id: string;
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            issued_at: string;
            expires_at: string;
        };
        OperatorAction: {
            /** @enum {string} */
            kind: "freeze";
            scopes: string[];
        } | {
            /** @enum {string} */
            kind: "unfreeze";
            scopes: string[];
            freezes?: string[];
        } | {
            /** @enum {string} */
            kind: "revoke_receipt";
            run_id: string;
            operation_id: string;
            receipt_id: string;
        } | {
            /** @enum {string} */
            kind: "reconcile";
            run_id: string;
            operation_id: string;
            /** @enum {string} */
            found: "look" | "effect" | "absent";
        } | {
            /** @enum {string} */
            kind: "redrive";
            run_id: string;
            operations: "all" | string[];
        } | {
            /** @enum {string} */
            kind: "erase";
            run_id: string;
        };
        Freezes: {
            freezes: components["schemas"]["FrozenScope"][];
            refused_unfreezes: {
                event_id: string;
                scopes: string[];
                reason: string;
            }[];
        };
        FrozenScope: {
            scope: string;
            since: string | null;
            frozen_by: components["schemas"]["FreezeOrder"][];
            control_keys: number;
            control_reason: string | null;
            agrees: boolean;
        };
        FreezeOrder: {
            time: string;
            principal: string;
            reason: string;
            event_id: string;
        };
        InFlightList: {
            in_flight: components["schemas"]["InFlight"][];
            in_flight_complete: boolean;
        };
        InFlight: {
            run_id: string;
            operation_id: string;
            tenant_id: string;
            execution_id: string;
            started_at: string;
            lease_until: string;
        };
        Frozen: {
            scope: string;
            event: components["schemas"]["Recorded"];
            in_flight: components["schemas"]["InFlight"][];
            in_flight_complete: boolean;
        };
        OperatorCommand: {
            /** @enum {number} */
            version: 1;
            command_id: string;
            action: {
                /** @enum {string} */
                kind: "freeze";
                scopes: string[];
            } | {
                /** @enum {string} */
                kind: "unfreeze";
                scopes: string[];
                freezes?: string[];
            } | {
                /** @enum {string} */
                kind: "revoke_receipt";
                run_id: string;
                operation_id: string;
                receipt_id: string;
            } | {
                /** @enum {string} */
                kind: "reconcile";
                run_id: string;
                operation_id: string;
                /** @enum {string} */
                found: "look" | "effect" | "absent";
            } | {
                /** @enum {string} */
                kind: "redrive";
                run_id: string;
                operations: "all" | string[];
            } | {
                /** @enum {string} */
                kind: "erase";
                run_id: string;
            };
            reason: string;
            principal: string;
            key_id: string;
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            issued_at: string;
            expires_at: string;
            signature: string;
            assertion?: {
                authenticator_data: string;
                client_data_json: string;
            };
        };
        Unfrozen: {
            scope: string;
            event: components["schemas"]["Recorded"];
            still_frozen: string[];
        };
        Redrivable: {
            eligible: string[];
            refused: {
                operation_id: string;
                reason: components["schemas"]["Reason"];
            }[];
            why: components["schemas"]["Reason"] | null;
        };
        Revoked: {
            receipt_id: string;
            state: string;
        };
        ReceiptPage: {
            receipts: components["schemas"]["ReceiptRow"][];
            next: string | null;
        };
        ReceiptRow: {
            receipt_id: string;
            state: components["schemas"]["ReceiptState"];
            run_id: string;
            tenant_id: string;
            operation_id: string;
            operation_kind: components["schemas"]["OperationKind"];
            repository: string | null;
            issued_at: string;
            expires_at: string;
            consumed_at: string | null;
            expired_at: string | null;
            revoked_at: string | null;
            supersedes: string | null;
            superseded_by: string | null;
            key_id: string;
            epoch: number;
            ledger_sequence: number | null;
        };
        /** @enum {string} */
        ReceiptState: "issued" | "consumed" | "expired" | "revoked" | "superseded";
        ReceiptDetail: {
            receipt: components["schemas"]["Receipt"];
            state: components["schemas"]["ReceiptState"];
            operation: {
                [key: string]: unknown;
            } | null;
            requested_by: string | null;
            approvals: {
                /** @enum {string} */
                said: "granted" | "denied" | "withdrawn";
                approver: string;
                approval_id: string;
                key_id: string;
                time: string;
                fault: string | null;
            }[];
            issued: {
                time: string;
                ledger_sequence: number | null;
            };
            consumed: {
                time: string;
                ledger_sequence: number | null;
                execution_id: string;
            } | null;
            expired: {
                time: string;
                ledger_sequence: number | null;
                reason: components["schemas"]["Reason"];
            } | null;
            revoked: {
                time: string;
                ledger_sequence: number | null;
                principal: string | null;
                reason: string;
            } | null;
            superseded_by: string | null;
            checks: {
                number: number;
                check: components["schemas"]["GateCheck"];
                at_start: components["schemas"]["Check"] | null;
                now: components["schemas"]["Check"];
            }[];
        };
        Receipt: {
            receipt_id: string;
            run_id: string;
            operation_id: string;
            /** @enum {string} */
            operation_kind: "publish_release" | "tag_repo" | "open_pr" | "attach_release_asset";
            operation_digest: string;
            plan_digest: string;
            tenant_id: string;
            /** @enum {string} */
            mode: "prod";
            /** @enum {boolean} */
            enforceable: true;
            issuer: string;
            audience: {
                environment: string;
                api_origin: string;
                log_origin: string;
            };
            epoch: number;
            policy_digest: string;
            evidence_digest: string;
            decision_id: string;
            issued_at: string;
            not_before: string;
            expires_at: string;
            key_id: string;
            hmac_key_id: string;
            supersedes?: string;
            signatures: {
                hmac_sha256: string;
                ed25519: string;
            };
        };
        LedgerState: {
            sequence: number;
            hash: string;
            epoch: number;
            term: number;
            checkpoint: components["schemas"]["Checkpoint"] | null;
            log_origin: string;
        };
        LedgerPage: {
            entries: components["schemas"]["LedgerEntry"][];
            next: number | null;
            head: number;
        };
        JournalFiles: {
            files: components["schemas"]["JournalFile"][];
        };
        JournalFile: {
            name: string;
            bytes: number;
            sealed: boolean;
        };
        Keyring: {
            /** @enum {number} */
            version: 1;
            environment: string;
            log_origin: string;
            keys: ({
                key_id: string;
                /** @enum {string} */
                algorithm: "ed25519";
                public_key: string;
                not_before: string;
                not_after?: string;
                revoked_at: string | null;
                revoked_because?: string;
                /** @enum {string} */
                purpose: "actor" | "mint" | "acknowledgement" | "checkpoint";
                /** @enum {string} */
                actor: "planner" | "federation" | "publisher" | "ledger" | "console" | "orchestrator";
            } | ({
                key_id: string;
                /** @enum {string} */
                algorithm: "ed25519";
                public_key: string;
                not_before: string;
                not_after?: string;
                revoked_at: string | null;
                revoked_because?: string;
                /** @enum {string} */
                purpose: "approver";
                principal: string;
                groups: string[];
            } | {
                key_id: string;
                /** @enum {string} */
                algorithm: "webauthn-es256";
                public_key: string;
                not_before: string;
                not_after?: string;
                revoked_at: string | null;
                revoked_because?: string;
                /** @enum {string} */
                purpose: "approver";
                principal: string;
                groups: string[];
                credential_id: string;
                rp_id: string;
                origins: string[];
            }) | {
                key_id: string;
                /** @enum {string} */
                algorithm: "ed25519";
                public_key: string;
                not_before: string;
                not_after?: string;
                revoked_at: string | null;
                revoked_because?: string;
                /** @enum {string} */
                purpose: "evidence";
                issuer: string;
                kinds: string[];
            })[];
        };
        Limits: {
            accounts: components["schemas"]["AccountLimits"][];
        };
        AccountLimits: {
            account: string;
            kept: boolean;
            windows: {
                window: string;
                max: number;
                used: number;
                left: number;
                more_at: string | null;
                all_at: string | null;
            }[];
            next_write_at: string | null;
            paused_until: string | null;
            reported: {
                limit: number;
                remaining: number;
                resets_at: string;
            } | null;
            requests: {
                under_way: number;
                max: number;
            } | null;
            operations: {
                under_way: number;
                max: number;
                waiting: {
                    tenant: string;
                    operations: number;
                }[];
            } | null;
        };
        DeadLetters: {
            letters: components["schemas"]["DeadLetter"][];
            next: string | null;
        };
        DeadLetter: {
            /** @enum {string} */
            kind: "run" | "stream" | "job" | "operation";
            subject: string;
            run_id: string | null;
            operation_id: string | null;
            state: string;
            since: string | null;
            why: {
                code: string;
                message: string;
            };
            help: string;
            hint: string | null;
            /** @enum {string} */
            remedy: "redrive" | "reconcile" | "retry" | "look";
        };
        Overview: {
            now: string;
            queues: components["schemas"]["Queue"][];
            ledger: {
                sequence: number;
                epoch: number | null;
                term: number | null;
                behind: number;
                lag_ms: number;
                checkpoint_size: number | null;
                checkpoint_age_ms: number | null;
                free_bytes: number | null;
                reserve_bytes: number | null;
            };
            redis: {
                version: string;
                durable: boolean;
                skew_ms: number;
            };
            run_index: {
                /** @enum {string} */
                state: "building" | "live" | "failed";
                position: number;
                runs: number;
                fault: string | null;
            };
            uncertain: number;
            stalled: number;
            held: number;
            freezes: components["schemas"]["FrozenScope"][];
            expiring_keys: components["schemas"]["KeyView"][];
            accounts: components["schemas"]["AccountLimits"][];
        };
        Queue: {
            name: string;
            waiting: number;
            active: number;
            delayed: number;
            failed: number;
            paused: boolean;
            workers: number | null;
            oldest_age_ms: number | null;
        };
        KeyView: {
            key_id: string;
            purpose: string;
            algorithm: string;
            holder: string;
            groups: string[];
            not_before: string;
            not_after: string | null;
            revoked_at: string | null;
            /** @enum {string} */
            state: "good" | "not_yet" | "expiring" | "expired" | "revoked";
            expires_in_ms: number | null;
        };
        Keys: {
            keys: components["schemas"]["KeyView"][];
        };
        ApiKeys: {
            keys: components["schemas"]["ApiKey"][];
        };
        ApiKey: {
            id: string;
            name: string;
            principal: string;
            grants: components["schemas"]["Grant"][];
            created_at: string;
            created_by: string;
            expires_at: string;
            revoked_at: string | null;
            last_used_at: string | null;
            /** @enum {string} */
            state: "good" | "expired" | "revoked";
        };
        NewApiKey: {
            key: components["schemas"]["ApiKey"];
            secret: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSignInMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ways there are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInMethods"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    api_key: string;
                };
            };
        };
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                q?: string;
                tenant?: string[];
                repository?: string;
                status?: components["schemas"]["ListedStatus"][];
                flag?: components["schemas"]["RunFlag"][];
                mode?: components["schemas"]["Mode"];
                kind?: components["schemas"]["OperationKind"];
                principal?: string;
                since?: string;
                until?: string;
                receipt_id?: string;
                limit?: number;
                cursor?: string;
                total?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the run for this principal and tenant: the same key and request again is the same run, the same key with another request is refused with `idempotency_conflict`. Without one the server makes one. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanRequest"];
            };
        };
        responses: {
            /** @description It is durable, and will be planned */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Submitted"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of the caller’s tenants */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunTotals"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportRuns: {
        parameters: {
            query?: {
                q?: string;
                tenant?: string[];
                repository?: string;
                status?: components["schemas"]["ListedStatus"][];
                flag?: components["schemas"]["RunFlag"][];
                mode?: components["schemas"]["Mode"];
                kind?: components["schemas"]["OperationKind"];
                principal?: string;
                since?: string;
                until?: string;
                receipt_id?: string;
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One run per line (CSV), or `{ "runs": [...] }` (JSON) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: components["schemas"]["RunRow"][];
                    };
                    "text/csv": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followRuns: {
        parameters: {
            query?: {
                view?: "changes" | "feed";
                last_event_id?: string;
            };
            header?: {
                /** @description The `id` of the last message that was received: what came after it follows. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, with a comment every 15 s */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: {
                against?: string;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunLedger: {
        parameters: {
            query?: {
                limit?: number;
                after?: number | null;
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of the ledger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunLedger"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAdvisories: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One per operation that was advised */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Advisories"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All four phases */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every moment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["States"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bundle, as a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.marketops.proof+json": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It cannot be proven yet (`proof_not_ready`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followRun: {
        parameters: {
            query?: {
                view?: "events" | "feed";
                last_event_id?: string;
                until_end?: "true" | "false";
            };
            header?: {
                /** @description The `id` of the last message that was received: what came after it follows. */
                "last-event-id"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, with a comment every 15 s */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The planner decides it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancelled"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the run for this principal and tenant: the same key and request again is the same run, the same key with another request is refused with `idempotency_conflict`. Without one the server makes one. */
                "idempotency-key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mode?: components["schemas"]["Mode"];
                };
            };
        };
        responses: {
            /** @description The new run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Submitted"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewBulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    action: components["schemas"]["BulkAction"];
                    what: {
                        run_ids: string[];
                    } | {
                        filter: {
                            q?: string;
                            tenant?: string[];
                            repository?: string;
                            status?: components["schemas"]["ListedStatus"][];
                            flag?: components["schemas"]["RunFlag"][];
                            mode?: components["schemas"]["Mode"];
                            kind?: components["schemas"]["OperationKind"];
                            principal?: string;
                            since?: string;
                            until?: string;
                            receipt_id?: string;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Which runs it would reach */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    doBulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    action: components["schemas"]["BulkAction"];
                    run_ids: string[];
                    preview_digest: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description What became of each */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApprovals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those with an open request, the one that expires first at the top */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalInbox"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunApprovals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunApprovals"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    carryApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Approval"];
            };
        };
        responses: {
            /** @description It stands in the run’s stream */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prepareApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    verdict: "grant" | "deny" | "withdraw";
                    operations: "all" | string[];
                    key_id: string;
                    /** @default null */
                    reason?: string | null;
                    /** @default null */
                    withdraws?: string | null;
                    /** @default 86400000 */
                    expires_in_ms?: number;
                };
            };
        };
        responses: {
            /** @description What to sign */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalToSign"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prepareCommand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    action: components["schemas"]["OperatorAction"];
                    reason: string;
                    key_id: string;
                };
            };
        };
        responses: {
            /** @description What to sign */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandToSign"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFreezes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By the signed events and by the control keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Freezes"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    freeze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCommand"];
            };
        };
        responses: {
            /** @description It is frozen, and the ledger has it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Frozen"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInFlight: {
        parameters: {
            query?: {
                scope?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those under way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InFlightList"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unfreeze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCommand"];
            };
        };
        responses: {
            /** @description It is lifted */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unfrozen"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRedrivable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description And why not the others */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redrivable"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCommand"];
            };
        };
        responses: {
            /** @description The planner takes it from here */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reconcileOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
                operation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCommand"];
            };
        };
        responses: {
            /** @description The publisher takes it from here */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCommand"];
            };
        };
        responses: {
            /** @description Federation decides it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReceipts: {
        parameters: {
            query?: {
                run_id?: string;
                state?: components["schemas"]["ReceiptState"];
                repository?: string;
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptPage"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptDetail"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its head, and the newest checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerState"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLedgerEntries: {
        parameters: {
            query?: {
                before?: number;
                limit?: number;
                type?: string;
                stream?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; it may be empty and yet have a next one, for one look reads only so much */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJournal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of the ledger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalFiles"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readJournal: {
        parameters: {
            query?: never;
            header?: {
                range?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A part of it */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKeyring: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keyring */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keyring"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                limit?: number;
                after?: string;
                state?: "uncertain";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetters"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keyring */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeys"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    principal: string;
                    tenants: "all" | string[];
                    roles: components["schemas"]["Role"][];
                    /** @default 90 */
                    expires_in_days?: number;
                };
            };
        };
        responses: {
            /** @description Keep it: the server has only its digest */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description What was sent has faults, all of them told */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nobody is signed in, or the key does not count */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or none that the caller may see */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `retry-after` says when to come again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redis or the ledger does not answer; nothing was done, or it is not known yet */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
