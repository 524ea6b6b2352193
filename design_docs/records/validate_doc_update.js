function (newDoc, oldDoc) {
  // Defence in depth behind server/usecases: what no command ever does to a record, nobody can do to it by hand
  // either. Losing a receipt would let an action be applied twice; losing an event would rewrite history.
  if (!oldDoc || oldDoc._deleted) {
    return;
  }
  if (newDoc._deleted) {
    if (oldDoc.receipts) {
      throw { forbidden: "a record with receipts is not deleted" };
    }
    return;
  }
  if (newDoc.kind !== oldDoc.kind) {
    throw { forbidden: "a record does not change its kind" };
  }
  if (typeof oldDoc.version === "number" && !(newDoc.version >= oldDoc.version)) {
    throw { forbidden: "a record's version does not go back" };
  }
  for (var actionId in oldDoc.receipts || {}) {
    if (!newDoc.receipts || !newDoc.receipts[actionId]) {
      throw { forbidden: "a record keeps every receipt" };
    }
  }
  if (oldDoc.events && !(newDoc.events && newDoc.events.length >= oldDoc.events.length)) {
    throw { forbidden: "a record keeps every event" };
  }
}
