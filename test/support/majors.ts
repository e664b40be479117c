/**
 * The majors of Postgres between which rights differ: to 15, a role that creates another gets no membership in it, and `ADMIN` is the
 * only option that a membership has (https://www.postgresql.org/docs/16/release-16.html, "Privileges"); 18 has what 16 and 17 added.
 * postgres-rds.test.ts holds the servers of all majors to the same state.
 */
export const MAJORS_APART: readonly number[] = [15, 18];
