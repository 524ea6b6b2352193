/**
 * Shapes that the device shares with the server. Only types: nothing here is run.
 *
 * @typedef {Record<string, any> & {_id: string, kind: string}} Doc  any document of the replica
 *
 * @typedef {Doc & {
 *   version: number, state: string, title: string, folder: 'todo'|'watching'|'done', list: string,
 *   sort_key: string,
 *   allowed_actions: string[], timeline: TimelineEntry[], files: FileInfo[], reviews: Record<string, any>[],
 * }} Card  what one person sees of one document (server/domain/cards.py)
 *
 * @typedef {Record<string, any> & {
 *   at: string, event: string, actor_id: string, actor_name: string, actor_position: string,
 *   text: string, details: Record<string, any>, is_offline: boolean, pending?: boolean,
 * }} TimelineEntry
 *
 * @typedef {{sha256: string, name: string, size: number, media_type: string, pages?: number}} FileInfo
 *
 * @typedef {Doc & {
 *   units: {unit_id: string, name: string, short_name: string, head_id?: string}[],
 *   people: {person_id: string, name: string, position: string, unit_id: string, roles: string[]}[],
 *   leaders: string[], case_files: {_id: string, title: string}[], catalogues: Record<string, any>,
 *   days?: import('./work_days.js').Days,
 * }} Directory  `directory:office`, for the forms
 *
 * @typedef {Doc & {
 *   person_id: string, name: string, position: string, unit_id: string, unit_name: string, roles: string[],
 * }} Profile  `profile:me`
 *
 * @typedef {{
 *   action_id: string, command: string, document_id: string|null, seen_version: number|null, acted_at: string,
 *   device_id: string, after: string|null, fields: Record<string, any>, device_signature?: Signature,
 *   app_version?: number, replaces?: string|null, is_forced?: boolean,
 * }} Action  what POST /sync/actions takes; `replaces`: the refused action that it does anew; `is_forced`: without `after`
 *
 * @typedef {{key_id: string, value: string}} Signature  value: base64
 *
 * @typedef {{
 *   action_id: string, status: 'applied'|'merged'|'needs_review'|'refused'|'held', reason: string|null,
 *   details: Record<string, any>, document_id: string|null, version: number|null, received_at: string,
 *   command: string, actor_id?: string, device_id?: string|null, acted_at?: string, action_sha256?: string|null,
 *   signature?: Signature|null,
 * }} Receipt
 *
 * @typedef {{
 *   seq?: number, action_id: string, person_id: string, action: Action, title: string, queued_at: string,
 *   not_before: number, is_at_form?: boolean, is_sent: boolean, receipt_fault?: 'signature'|'content'|'key', held?: Held,
 * }} OutboxRow  an action without a receipt; `not_before` (ms): it is not pushed earlier than that; `is_at_form`: its
 *   author has had no answer yet and may see the form again; `receipt_fault`: a receipt came that did not hold
 *
 * @typedef {{reason: string|null, force_from: string|null, app_version: number}} Held  why the server took it not yet;
 *   `app_version` of the app that was told so
 *
 * @typedef {{
 *   action_id: string, person_id: string, action: Action, title: string, receipt: Receipt, settled_at: string,
 *   action_sha256?: string|null, proof?: 'signed'|'unverified'|'unsigned', replaced_by?: string,
 * }} SettledRow  an action whose receipt has come, with the digest of what was handed over; `replaced_by`: a refused one
 *   was done anew by that one
 *
 * @typedef {'online'|'offline'|'expired'|'revoked'|'signed_out'} Connection
 */
export {};
