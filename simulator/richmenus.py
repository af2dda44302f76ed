"""Rich menus, their images and aliases, and who sees which."""

import struct
from dataclasses import dataclass, field

from simulator.ids import new_token
from simulator.wire import ApiError, Json

MENUS_PER_ACCOUNT = 1000
ALIASES_PER_ACCOUNT = 1000
IMAGE_BYTES = 1024 * 1024


@dataclass
class RichMenu:
    """A menu as it was created, and its picture once there is one."""

    menu_id: str
    definition: Json
    image: bytes | None = None
    image_type: str = ""

    def as_json(self) -> Json:
        """The menu in the form LINE lists it."""
        return {"richMenuId": self.menu_id, **self.definition}


@dataclass
class RichMenus:
    """All menus of the account. Priority: the person's own menu, then the default."""

    menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_id: str | None = None
    of_user: dict[str, str] = field(default_factory=dict)

    def create(self, definition: Json) -> RichMenu:
        """Keep a new menu. Raises ApiError 400 above 1,000 menus."""
        if len(self.menus) >= MENUS_PER_ACCOUNT:
            raise ApiError(400, "The maximum number of rich menus has been reached")
        menu = RichMenu(f"richmenu-{new_token()}", definition)
        self.menus[menu.menu_id] = menu
        return menu

    def get(self, menu_id: str) -> RichMenu:
        """The menu with this id. Raises ApiError 404."""
        if menu_id not in self.menus:
            raise ApiError(404, "richmenu not found")
        return self.menus[menu_id]

    def delete(self, menu_id: str) -> None:
        """Delete a menu; it disappears from every chat. Aliases keep pointing at nothing, as with LINE."""
        self.get(menu_id)
        del self.menus[menu_id]
        if self.default_id == menu_id:
            self.default_id = None
        self.of_user = {user: menu for user, menu in self.of_user.items() if menu != menu_id}

    def set_image(self, menu_id: str, image: bytes, media_type: str) -> None:
        """Give a menu its one picture. Raises ApiError 400 when it has one or the picture does not fit."""
        menu = self.get(menu_id)
        if menu.image is not None:
            raise ApiError(400, "An image has already been uploaded to the richmenu")
        if len(image) > IMAGE_BYTES:
            raise ApiError(413, "The image is larger than 1 MB")
        size = menu.definition["size"]
        if image_size(image) != (size["width"], size["height"]):
            raise ApiError(400, "The image size does not match the size of the rich menu")
        menu.image, menu.image_type = image, media_type

    def with_image(self, menu_id: str) -> RichMenu:
        """A menu that may be shown. Raises ApiError 400 while it has no picture, 404 when unknown."""
        menu = self.get(menu_id)
        if menu.image is None:
            raise ApiError(400, "must upload richmenu image before applying it to user")
        return menu

    def create_alias(self, alias: str, menu_id: str) -> None:
        """Name a menu. Raises ApiError 400 when the name is taken or the menu unknown or without picture."""
        if alias in self.aliases:
            raise ApiError(400, "conflict richmenu alias id")
        if len(self.aliases) >= ALIASES_PER_ACCOUNT:
            raise ApiError(400, "The maximum number of rich menu aliases has been reached")
        self._point(alias, menu_id)

    def update_alias(self, alias: str, menu_id: str) -> None:
        """Point a name at another menu. Raises ApiError 404 for an unknown name, 400 as for a new one."""
        self.alias(alias)
        self._point(alias, menu_id)

    def alias(self, alias: str) -> str:
        """The menu id behind a name. Raises ApiError 404."""
        if alias not in self.aliases:
            raise ApiError(404, "richmenu alias not found")
        return self.aliases[alias]

    def _point(self, alias: str, menu_id: str) -> None:
        if menu_id not in self.menus:
            raise ApiError(400, "richmenu not found")
        self.with_image(menu_id)
        self.aliases[alias] = menu_id

    def shown_to(self, user_id: str) -> RichMenu | None:
        """The menu a person sees."""
        menu_id = self.of_user.get(user_id) or self.default_id
        return self.menus.get(menu_id) if menu_id else None


def image_size(image: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG picture in pixels, None for anything else."""
    if image.startswith(b"\x89PNG\r\n\x1a\n") and len(image) >= 24:
        width, height = struct.unpack(">II", image[16:24])
        return int(width), int(height)
    return _jpeg_size(image) if image.startswith(b"\xff\xd8") else None


def _jpeg_size(image: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker, length = image[at + 1], struct.unpack(">H", image[at + 2 : at + 4])[0]
        # SOF0 to SOF15 carry the size; DHT, JPG and DAC lie in the same range and do not.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", image[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
