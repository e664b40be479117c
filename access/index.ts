/**
 * Who can reach which data, computed from resources alone.
 *
 * ```ts
 * const { after, before } = readResources(JSON.parse(preview));     // preview, stack export, state file, plain list
 * const model = accessOf(after);                                    // every chain, including broken ones
 * const comparison = compare(accessOf(before ?? []), model);        // gained and lost access, and the changes that cause it
 * const violations = check(model, parseAssertions(config));         // never, only, isolated
 * const gone = withdrawn(parseAssertions(old), parseAssertions(config)); // dropped, weakened or idle statements
 * const report = reportOf(model, { title, comparison, violations });
 * renderMarkdown(report); renderPage(report); renderSvg(report); renderText(report); JSON.stringify(report);
 * ```
 */
export { check } from "./assertions/check";
export type { Violation } from "./assertions/check";
export { unmatchedNames, unmatchedText } from "./assertions/names";
export { ASSERTION_FORMS, parseAssertions, UnreadableAssertions } from "./assertions/parse";
export type { Assertion } from "./assertions/parse";
export { violatedByChange, withdrawn } from "./assertions/withdrawn";
export { Columns, readColumns } from "./catalog/columns";
export { brokenLines, compare, grows } from "./compare/compare";
export type { Comparison } from "./compare/compare";
export type { Change } from "./compare/change";
export { consequencesOf, disrupts } from "./consequences/consequences";
export { operationsBetween, worst } from "./consequences/versions";
export { resourceIdOf } from "./databases/servers";
export type { DeclaredServer } from "./databases/declaredServers";
export { DatabaseTrials, holds, rolesTried } from "./live/attempts";
export type { Trial } from "./live/attempts";
export { readCatalog } from "./live/catalog";
export type { Catalog } from "./live/catalog";
export { NOTHING_ELSEWHERE } from "./live/fromElsewhere";
export type { Corrections } from "./live/fromElsewhere";
export { renderLive } from "./live/result";
export type { LiveResult } from "./live/result";
export { rowSecurityChanges } from "./live/rowSecurity";
export type { ReportedRowSecurity } from "./live/rowSecurity";
export { verify } from "./live/verify";
export type { Difference, Verified } from "./live/verify";
export { stepsOf } from "./model/describe";
export { Level } from "./model/level";
export { accessOf, serversOf } from "./matrix/model";
export { existingRoles } from "./postgres/existingRoles";
export type { ExistingRole } from "./postgres/existingRoles";
export { rowSecurityIn } from "./matrix/rowSecurity";
export type { AccessModel } from "./matrix/model";
export type { AccessPath, Cell } from "./model/cell";
export { MARKER, renderMarkdown } from "./render/markdown";
export { renderPage } from "./render/page";
export { nameOf, reportOf } from "./render/report";
export type { Report } from "./render/report";
export { renderSvg } from "./render/svg";
export { renderText } from "./render/text";
export type { Operation } from "./resources/operations";
export { readResources, together } from "./resources/read";
export type { Resource } from "./resources/resource";
export { Survey } from "./shards/survey";
export type { Findings, Joined } from "./shards/survey";
export { UnreadableResources } from "./resources/unreadable";
