from redis import Redis


def test_a_redis_of_the_tests_answers(redis_url):
    with Redis.from_url(redis_url) as server:
        assert server.set("word", "said")
        assert server.get("word") == b"said"
