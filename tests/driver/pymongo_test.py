"""A Python user's session against the server: run by pymongo_test.ts with the URI as argument."""

import sys

import pymongo
from bson import Decimal128, Int64, ObjectId
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

client = pymongo.MongoClient(sys.argv[1], serverSelectionTimeoutMS=5000)
db = client.driver_py
db.drop_collection("things")
things = db.things

assert client.admin.command("ping")["ok"] == 1.0
assert isinstance(things.insert_one({"n": 1}).inserted_id, ObjectId)
things.insert_many([{"n": n, "tags": ["a", f"t{n % 3}"], "sub": {"k": n * 10}} for n in range(2, 12)])
assert things.count_documents({}) == 11
assert things.estimated_document_count() == 11
assert things.create_index([("n", 1), ("tags", -1)]) == "n_1_tags_-1"
things.create_index("u", unique=True, sparse=True)
assert set(things.index_information()) == {"_id_", "n_1_tags_-1", "u_1"}

assert [d["n"] for d in things.find({"n": {"$gte": 9}}).sort("n", -1)] == [11, 10, 9]
assert [d["sub"]["k"] for d in things.find({"sub.k": {"$in": [20, 40]}})] == [20, 40]
assert things.find_one({"tags": "t2", "n": {"$gt": 5}}, {"_id": 0, "n": 1}) == {"n": 8}
assert things.find({"n": {"$lt": 6}}).batch_size(2).to_list() and len(list(things.find().batch_size(3))) == 11
assert "IXSCAN" in str(things.find({"n": 5}).explain())

result = things.update_one({"n": 2}, {"$inc": {"sub.k": 5}, "$push": {"tags": "new"}})
assert (result.matched_count, result.modified_count) == (1, 1)
assert things.find_one({"n": 2})["tags"] == ["a", "t2", "new"]
assert things.update_many({"n": {"$gt": 6}}, {"$set": {"big": True}}).modified_count == 5
assert things.update_one({"n": 99}, {"$setOnInsert": {"made": True}}, upsert=True).upserted_id
assert things.find_one_and_update({"n": 3}, {"$set": {"x": 1}}, return_document=True)["x"] == 1
assert things.find_one_and_delete({"n": 99})["made"] is True
assert things.replace_one({"n": 4}, {"n": 4, "d": Decimal128("1.50"), "l": Int64(7)}).modified_count == 1
assert things.find_one({"d": Decimal128("1.5")})["d"] == Decimal128("1.50")
assert things.delete_many({"n": {"$in": [5, 6]}}).deleted_count == 2

things.insert_one({"u": 1})
try:
    things.insert_one({"u": 1})
    raise AssertionError("no duplicate key error")
except DuplicateKeyError as error:
    assert error.details["keyPattern"] == {"u": 1} and error.details["keyValue"] == {"u": 1}
try:
    things.insert_many([{"_id": 1}, {"_id": 1}, {"_id": 2}], ordered=False)
    raise AssertionError("no bulk write error")
except BulkWriteError as error:
    assert error.details["nInserted"] == 2 and error.details["writeErrors"][0]["index"] == 1
try:
    things.find_one({"n": {"$nonsense": 1}})
    raise AssertionError("no error for an unknown operator")
except OperationFailure as error:
    assert error.code == 2, error

counts = things.aggregate([{"$match": {"n": {"$gt": 0}}}, {"$group": {"_id": "$big", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}])
assert [row["n"] for row in counts] == [4, 5], "group"
assert sorted(things.distinct("tags", {"n": {"$gt": 6}})) == ["a", "t0", "t1", "t2"]
assert "things" in db.list_collection_names() and "driver_py" in client.list_database_names()
client.drop_database("driver_py")
client.close()
print("done")
