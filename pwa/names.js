/** Names of people and units, from the directory that came with the replica. Pure. */

/** @typedef {import('./types.js').Directory} Directory */

/** Looks names up in the directory that came with the replica. */
export class Names {
  /** @param {Directory|undefined} directory */
  constructor(directory) {
    this.people = new Map((directory?.people ?? []).map((person) => [person.person_id, person]));
    this.units = new Map(
      (directory?.units ?? []).map((unit) => [unit.unit_id, unit.short_name || unit.name]),
    );
  }

  /** @param {string|undefined} id */
  person(id) {
    return this.people.get(id ?? '')?.name ?? '';
  }

  /** @param {string} target `unit:<id>` or `person:<id>` */
  target(target) {
    const id = target.slice(target.indexOf(':') + 1);
    const is_unit = target.startsWith('unit:');
    const unit_id = is_unit ? id : (this.people.get(id)?.unit_id ?? null);
    return {
      is_unit,
      unit_id,
      unit_name: this.units.get(unit_id ?? '') ?? '',
      person_id: is_unit ? null : id,
      person_name: is_unit ? '' : this.person(id),
    };
  }

  /** Everybody whom an assignment names, with the part that each gets. @param {Record<string, any>} fields */
  recipients(fields) {
    /** @type {[string, string[]][]} */
    const parts = [
      ['lead', [fields.lead]],
      ['simultaneous', fields.simultaneous ?? []],
      ['collaborate', fields.collaborating ?? []],
      ['inform', fields.informed ?? []],
    ];
    return parts.flatMap(([role, targets]) =>
      targets.filter(Boolean).map((target) => ({ role, ...this.target(target) })),
    );
  }
}
