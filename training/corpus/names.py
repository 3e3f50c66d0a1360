"""Names for people, from a large open set: real ones from many places, and made-up ones.

Copying a name is what a small model learns last, and it learns it only from names that it can't know by heart.
"""

import random

_REAL = """Aaliyah Abena Adwoa Ahmed Aino Akua Alba Amara Amina Anders Anjali Aoki Arash Arjun Asha Ayumi Azadeh Bahram
Bea Benny Bilal Bruno Camila Carla Chen Chidi Chloe Cyrus Dalia Daniel Dara Deepa Diego Divya Ebo Efua Eino Elif Emeka
Emi Esi Esteban Farah Farid Fatima Felix Feng Fumiko Gabriela Gita Goran Grace Guang Haruka Hassan Helena Hiro Hui
Ibrahim Ida Ignacio Imani Inés Iris Ivan Jamal Jasmin Javier Jia Jin Joao Jonas Juhani Julia Kaito Kamran Kavya Keiko
Kemi Kenji Kofi Kojo Lakshmi Laila Lars Leila Leo Lin Linh Lucia Luis Maija Mako Malik Mana Mariam Marta Mateo Mehdi
Mei Mika Milan Mina Ming Mohsen Mona Nadia Naoko Nasrin Navid Nia Nikhil Nina Noor Olga Omar Otto Parisa Paula Pedro
Pelle Petra Priya Qing Rafael Rahul Raj Ramin Ravi Reza Rin Rosa Ryo Sadia Saeed Salma Samir Sanjay Sara Sato Selin
Shirin Siti Sofia Soo Sunil Suzuki Tanaka Tariq Tomas Tomoko Uma Vera Vijay Wanjiru Wei Xavier Xin Yasmin Yaw Yuki
Yusuf Zahra Zainab Zhen Zoe Hakim Nurul Faizal Hafiz Marcus Jeremy Rachel Shalini Kumar Okada Mori Watanabe Kimura
Kobayashi Ishikawa Nakamura Hayashi Yamada Fujita Behrouz Dariush Ghasem Hamid Jalal Karim Mahmoud
Niloufar Omid""".split()
_START = "b br ch d dr f g gr h j k kh l m n p pr r s sh st t th tr v w y z".split() + [""] * 4
_MIDDLE = "a e i o u ai ei ou ia".split()
_ACCENTS = {
    "a": "áàâäãåā",
    "e": "éèêëē",
    "i": "íîïī",
    "o": "óôöõøō",
    "u": "úûüū",
    "n": "ñ",
    "c": "ç",
    "s": "š",
    "l": "ł",
}
ACCENTED = 0.2  # of the made-up names: letters of two bytes are copied only where that was learned
_END = "n r l s m k t sh".split() + [""] * 8


def made_up(rng: random.Random) -> str:
    """A name of two or three syllables that is nobody's."""
    syllables = [rng.choice(_START) + rng.choice(_MIDDLE) + rng.choice(_END) for _ in range(rng.choice((2, 2, 3)))]
    return "".join(syllables).capitalize()


def accented(name: str, rng: random.Random) -> str:
    """The name with a sign on one of its small letters."""
    at = rng.choice([n for n, letter in enumerate(name) if letter in _ACCENTS])
    return name[:at] + rng.choice(_ACCENTS[name[at]]) + name[at + 1 :]


def is_held_out(name: str) -> bool:
    """A fifth of the names, by their letters: never in training."""
    return sum(map(ord, name)) % 5 == 0


def _nobodys(rng: random.Random) -> str:
    name = made_up(rng)
    return accented(name, rng) if rng.random() < ACCENTED else name


def draw_name(rng: random.Random, held_out: bool, honorifics: tuple[str, ...] = ()) -> str:
    """A name, half of them made up, now and then with a title or one of the scope's honorifics."""
    while True:
        name = rng.choice(_REAL) if rng.random() < 0.5 else _nobodys(rng)
        if len(name) > 2 and is_held_out(name) == held_out:
            break
    if honorifics and rng.random() < 0.4:
        return rng.choice(honorifics).replace("*", name)
    return rng.choice(("Mr. ", "Ms. ", "Dr. ")) + name if rng.random() < 0.08 else name
