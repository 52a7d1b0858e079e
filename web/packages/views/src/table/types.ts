import type { Filling, How, Role, Speech, TableCard } from "@vitrail/core";

export interface TableProps {
  table: TableCard;
  say: Speech;
  /** Whether roles, missing values and the split can be chosen: those of one's own table. */
  editable: boolean;
  onrole: (column: string, role: Role) => void;
  onfilling: (column: string, filling: Filling) => void;
  onsplit: (how: How) => void;
  ontask: (classified: boolean) => void;
}
